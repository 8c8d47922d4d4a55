import type { BenchRequest } from './load/requests.ts'
import { LESSONS_DONE, LESSONS_PER_COURSE } from './world/sizes.ts'
import type { World } from './world/world.ts'

export interface ScenarioContext {
  readonly world: World
  /** An access token of the n-th student. */
  readonly token: (student: number) => string
  /** Of every account. */
  readonly password: string
}

/** The values of one request that its SQL is about, by name. */
export type Bindings = Readonly<Record<string, string>>

export interface Scenario {
  readonly name: string
  readonly title: string
  /** The n-th request. */
  readonly request: (context: ScenarioContext, n: number) => BenchRequest
  /** Different requests to send; Infinity: each only once, since it changes something. */
  readonly variety: number
  /** What is wrong with an answer; undefined: nothing. */
  readonly fault: (answer: { status: number; body: string }, context: ScenarioContext) => string | undefined
  readonly connections: number
  /** Whether the answer comes from the database, so that the same SQL through the bare driver is a limit. */
  readonly usesDatabase: boolean
  /** For requests that are sent once: what to put into recorded SQL so that it is the n-th request. */
  readonly bindings?: (world: World, n: number) => Bindings
  /** The work beside SQL that no implementation can leave out. */
  readonly hashesPassword?: true
}

const CONNECTIONS = 64
/** Distinct users and courses that requests go through, as in the figures of the system we compare with. */
const USERS = 2_000

const readOnly = { connections: CONNECTIONS, usesDatabase: true } as const
const student = ({ world }: ScenarioContext, n: number) => n % Math.min(USERS, world.size.students)
const course = ({ world }: ScenarioContext, n: number) => n % world.size.courses

export const scenarios: readonly Scenario[] = [
  {
    name: 'health',
    title: 'GET /health',
    request: () => ({ method: 'GET', path: '/api/v1/health' }),
    variety: 1,
    fault: (answer) => json(answer, (body) => (body.status === 'ok' ? undefined : 'not ok')),
    connections: CONNECTIONS,
    usesDatabase: false,
  },
  {
    ...readOnly,
    name: 'catalogue',
    title: 'GET /courses, the same page for every visitor',
    request: () => ({ method: 'GET', path: '/api/v1/courses' }),
    variety: 1,
    fault: isCatalogue,
  },
  {
    ...readOnly,
    name: 'catalogue-uncached',
    title: 'GET /courses, another page each time',
    request: ({ world }, n) => ({ method: 'GET', path: `/api/v1/courses?cursor=${cursorBefore(world, n)}` }),
    variety: 20_000,
    fault: isCatalogue,
  },
  {
    ...readOnly,
    name: 'course',
    title: 'GET /courses/:id',
    request: (context, n) => ({ method: 'GET', path: `/api/v1/courses/${context.world.courseId(course(context, n))}` }),
    variety: 200,
    fault: (answer) => json(answer, (body) => expect(body.lessonCount, LESSONS_PER_COURSE)),
  },
  {
    ...readOnly,
    name: 'outline',
    title: 'GET /courses/:id/outline, 20 lessons',
    request: (context, n) => ({
      method: 'GET',
      path: `/api/v1/courses/${context.world.courseId(course(context, n))}/outline`,
    }),
    variety: 200,
    fault: (answer) =>
      json(answer, (body) => {
        const modules = body.modules as { lessons: unknown[] }[]
        return expect(modules.flatMap(({ lessons }) => lessons).length, LESSONS_PER_COURSE)
      }),
  },
  {
    ...readOnly,
    name: 'my-enrollments',
    title: 'GET /enrollments, 10 rows',
    request: (context, n) => ({
      method: 'GET',
      path: '/api/v1/enrollments',
      token: context.token(student(context, n)),
    }),
    variety: USERS,
    fault: (answer) => json(answer, (body) => expect((body.items as unknown[]).length, 10)),
  },
  {
    ...readOnly,
    name: 'progress',
    title: 'GET /enrollments/:id/progress, 20 lessons',
    request: (context, n) => {
      const enrollment = context.world.enrollment(student(context, n))
      return {
        method: 'GET',
        path: `/api/v1/enrollments/${enrollment.id}/progress`,
        token: context.token(enrollment.student),
      }
    },
    variety: USERS,
    // The run before may have completed lessons: more is right, less is not.
    fault: (answer) =>
      json(answer, (body) => ((body.completedLessons as number) >= LESSONS_DONE ? undefined : 'progress is missing')),
  },
  {
    name: 'complete',
    title: 'POST …/lessons/:id/complete, a new lesson each time',
    request: (context, n) => {
      const { enrollment, lessonId } = context.world.openLesson(n)
      return {
        method: 'POST',
        path: `/api/v1/enrollments/${enrollment.id}/lessons/${lessonId}/complete`,
        token: context.token(enrollment.student),
      }
    },
    variety: Number.POSITIVE_INFINITY,
    fault: (answer) =>
      json(answer, (body) => {
        const progress = body.progress as { completedLessons: number }
        return progress.completedLessons > LESSONS_DONE ? undefined : 'the lesson does not count'
      }),
    connections: CONNECTIONS,
    usesDatabase: true,
    bindings: (world, n) => {
      const { enrollment, lessonId } = world.openLesson(n)
      return {
        enrollmentId: enrollment.id,
        lessonId,
        courseId: world.courseId(enrollment.course),
        userId: world.studentId(enrollment.student),
      }
    },
  },
  {
    name: 'login',
    title: 'POST /auth/login, 16 connections',
    request: (context, n) => logIn(context, student(context, n)),
    variety: USERS,
    fault: (answer) => json(answer, (body) => (typeof body.accessToken === 'string' ? undefined : 'no token')),
    connections: 16,
    usesDatabase: true,
    bindings: (world, n) => {
      const person = n % Math.min(USERS, world.size.students)
      return { userId: world.studentId(person), email: world.studentEmail(person) }
    },
    hashesPassword: true,
  },
  {
    name: 'metrics',
    title: 'GET /metrics',
    request: () => ({ method: 'GET', path: '/metrics' }),
    variety: 1,
    fault: ({ status, body }) =>
      status === 200 && body.includes('lms_http_requests_total') ? undefined : 'not our metrics',
    connections: CONNECTIONS,
    usesDatabase: false,
  },
]

export function scenarioNamed(name: string): Scenario {
  const scenario = scenarios.find((one) => one.name === name)
  if (!scenario)
    throw new Error(`There is no scenario ${name}. There are: ${scenarios.map((one) => one.name).join(', ')}`)
  return scenario
}

export function logIn({ world, password }: ScenarioContext, n: number): BenchRequest {
  return {
    method: 'POST',
    path: '/api/v1/auth/login',
    body: JSON.stringify({ email: world.studentEmail(n), password }),
  }
}

/** A page of the catalogue that begins at a moment of its own, so that no cache has seen it. */
function cursorBefore(world: World, n: number): string {
  const { courses } = world.size
  const newest = world.coursePublishedAt(courses - 1)
  const middle = world.coursePublishedAt(Math.floor(courses / 2))
  const at = new Date(middle + 1 + ((n * 7_919) % (newest - middle)))
  return Buffer.from(JSON.stringify([at.toISOString(), world.courseId(0)])).toString('base64url')
}

function isCatalogue(answer: { status: number; body: string }, { world }: ScenarioContext): string | undefined {
  return json(answer, (body) => {
    const items = body.items as { lessonCount: number; instructors: unknown[] }[]
    const atLeast = Math.min(10, world.size.courses / 2)
    if (items.length < atLeast) return `${items.length} courses`
    const isWhole = items.every((one) => one.lessonCount === LESSONS_PER_COURSE && one.instructors.length === 1)
    return isWhole ? undefined : 'a course lacks its lessons or instructors'
  })
}

function json(
  { status, body }: { status: number; body: string },
  fault: (body: Record<string, unknown>) => string | undefined,
): string | undefined {
  if (status !== 200) return `status ${status}: ${body.slice(0, 300)}`
  try {
    return fault(JSON.parse(body))
  } catch (error) {
    return `${(error as Error).message}: ${body.slice(0, 300)}`
  }
}

function expect(actual: unknown, expected: number): string | undefined {
  return actual === expected ? undefined : `${actual} instead of ${expected}`
}
