import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { outlineChanged } from '#modules/courses/index.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { makeCourse } from '#support/courses.ts'
import { enroll, eventsOf } from '#support/enrollments.ts'
import { createHarness, type Harness, type Person } from '#support/harness.ts'

const LESSONS = 4
const RUNS = 25

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant('complete' as const), lesson: fc.nat(LESSONS - 1) }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('beat' as const), lesson: fc.nat(LESSONS - 1), seconds: fc.nat(400) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('edit' as const),
      lesson: fc.nat(LESSONS - 1),
      status: fc.constantFrom('published' as const, 'archived' as const, 'draft' as const),
      is_required: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('leave' as const) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('return' as const) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('run-jobs' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Scene {
  readonly harness: Harness
  readonly student: Person
  readonly courseId: string
  readonly lessonIds: readonly string[]
  readonly enrollmentId: string
}

test('whatever students and authors do, stored progress is what recomputing gives, and completion stays', async (t) => {
  const harness = await createHarness(t, { settings: { ACCESS_TOKEN_MINUTES: '1440' } })
  let owner = await harness.signUp('instructor')
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      owner = await harness.signIn(owner)
      const student = await harness.signUp('student')
      const lessons = [{}, {}, { completionRule: 'time', completionSeconds: 100 }, { isRequired: false }]
      const { courseId, lessonIds } = await makeCourse(owner, { lessons })
      const scene = { harness, student, courseId, lessonIds, enrollmentId: await enroll(student, courseId) }
      let completedAt: string | null = null
      for (const one of steps) {
        await perform(scene, one)
        const stored = await summaryOf(scene)
        assert.ok(stored.percent >= 0 && stored.percent <= 100)
        if (completedAt !== null) assert.equal(stored.completed_at, completedAt, 'a completion went away')
        completedAt = stored.completed_at
        if (completedAt !== null) assert.equal(stored.percent, 100)
      }
      await harness.runJobs()
      await checkAtRest(scene)
    }),
    { numRuns: RUNS, seed: 20_261_124 },
  )
})

async function perform({ harness, student, courseId, lessonIds, enrollmentId }: Scene, one: Step): Promise<void> {
  const { db, clock } = harness
  switch (one.does) {
    case 'complete':
      await student.post(`/enrollments/${enrollmentId}/lessons/${lessonIds[one.lesson]}/complete`)
      break
    case 'beat':
      clock.advance({ seconds: one.seconds })
      await student.post(`/enrollments/${enrollmentId}/lessons/${lessonIds[one.lesson]}/heartbeat`)
      break
    case 'edit': {
      const { status, is_required } = one
      await db
        .updateTable('lesson')
        .set({ status, is_required })
        .where('id', '=', lessonIds[one.lesson] ?? '')
        .execute()
      await enqueue(db, outlineChanged, { courseId }, clock.now())
      break
    }
    case 'leave':
      await student.post(`/enrollments/${enrollmentId}/withdraw`)
      break
    case 'return':
      await student.post(`/courses/${courseId}/enrollments`)
      break
    case 'run-jobs':
      await harness.runJobs()
  }
}

/** When no job waits: the summary is the sum of its lessons, recomputing changes nothing, and the API says the same. */
async function checkAtRest(scene: Scene): Promise<void> {
  const { harness, student, courseId, enrollmentId } = scene
  const stored = await summaryOf(scene)
  assert.deepEqual(stored, await expectedSummary(scene, stored.completed_at))
  await enqueue(harness.db, outlineChanged, { courseId }, harness.clock.now())
  await harness.runJobs()
  assert.deepEqual(await summaryOf(scene), stored, 'recomputing changed something')

  const told = (await student.get(`/enrollments/${enrollmentId}/progress`)).json()
  assert.deepEqual(
    [told.percent, told.completedLessons, told.requiredLessons, told.completedAt, told.timeSpentSeconds],
    [stored.percent, stored.completed_lessons, stored.required_lessons, stored.completed_at, stored.time_spent_seconds],
  )
  const events = await eventsOf(student, enrollmentId)
  assert.equal(events.filter((event) => event === 'completed').length, stored.completed_at === null ? 0 : 1)
  const isActive = told.status === 'active'
  const isAllDone = told.requiredLessons > 0 && told.completedLessons === told.requiredLessons
  if (isActive && isAllDone) assert.notEqual(stored.completed_at, null)
  if (stored.percent === 100) assert.ok(stored.completed_at !== null || isAllDone)
}

function summaryOf({ harness, enrollmentId }: Scene) {
  return harness.db
    .selectFrom('course_progress')
    .selectAll()
    .where('enrollment_id', '=', enrollmentId)
    .executeTakeFirstOrThrow()
}

/** The summary by its definition, counted here from the rows of its lessons. */
async function expectedSummary({ harness: { db }, courseId, enrollmentId }: Scene, completedAt: string | null) {
  const lessons = await db.selectFrom('lesson').selectAll().where('course_id', '=', courseId).execute()
  const progress = await db
    .selectFrom('lesson_progress')
    .selectAll()
    .where('enrollment_id', '=', enrollmentId)
    .execute()
  const required = lessons.filter((lesson) => lesson.status === 'published' && lesson.is_required)
  const isDone = (lessonId: string) => progress.some((one) => one.lesson_id === lessonId && one.completed_at !== null)
  const completed = required.filter((lesson) => isDone(lesson.id)).length
  const share = required.length === 0 ? 0 : Math.floor((100 * completed) / required.length)
  return {
    enrollment_id: enrollmentId,
    required_lessons: required.length,
    completed_lessons: completed,
    percent: completedAt === null ? share : 100,
    time_spent_seconds: progress.reduce((sum, one) => sum + one.time_spent_seconds, 0),
    last_activity_at:
      progress
        .map((one) => one.last_activity_at)
        .sort()
        .at(-1) ?? null,
    completed_at: completedAt,
  }
}
