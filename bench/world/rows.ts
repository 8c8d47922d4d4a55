import type { Insertable } from 'kysely'
import { searchWordsOf, sortTitleOf } from '#modules/courses/index.ts'
import { searchTextOf } from '#modules/users/index.ts'
import type { Database } from '../../src/database.ts'
import { cultures } from '../../src/demo/content/names.ts'
import { createRandom } from '../../src/demo/random.ts'
import { pageSource, paragraph, titleOf } from './prose.ts'
import { enrollmentsOf, LESSONS_DONE, LESSONS_PER_COURSE } from './sizes.ts'
import type { World } from './world.ts'

type Table = keyof Database & string

/** The rows of one table, made while they are read. */
export interface TableRows<T extends Table = Table> {
  readonly table: T
  readonly count: number
  readonly rows: () => Iterable<Insertable<Database[T]>>
}

const MODULES = 4
const categories = ['computing', 'mathematics', 'languages', 'humanities', 'compliance', 'arts']
const difficulties = ['beginner', 'intermediate', 'advanced'] as const
const iso = (time: number) => new Date(time).toISOString()

/** Every row of the world, in an order in which each finds what it refers to. Everybody has the same password. */
export function* allRows(world: World, passwordHash: string): Generator<TableRows> {
  const { courses, students } = world.size
  const enrollments = enrollmentsOf(world.size)
  yield table('user_account', world.instructors + students, () => people(world, passwordHash))
  yield table('course', courses, () => range(courses, (n) => course(world, n)))
  yield table('course_search', courses, () =>
    range(courses, (n) => ({ course_id: world.courseId(n), words: searchWordsOf(course(world, n)) })),
  )
  yield table('course_staff', courses, () => range(courses, (n) => staff(world, n)))
  yield table('course_module', courses * MODULES, () => range(courses * MODULES, (n) => module(world, n)))
  yield table('lesson', courses * LESSONS_PER_COURSE, () =>
    range(courses * LESSONS_PER_COURSE, (n) => lesson(world, n)),
  )
  yield table('enrollment', enrollments, () => range(enrollments, (n) => enrollment(world, n)))
  yield table('enrollment_event', enrollments, () => range(enrollments, (n) => event(world, n)))
  yield table('lesson_progress', enrollments * LESSONS_DONE, () =>
    range(enrollments * LESSONS_DONE, (n) => lessonProgress(world, n)),
  )
  yield table('course_progress', enrollments, () => range(enrollments, (n) => courseProgress(world, n)))
  yield table('learning_day', students * 2, () => range(students * 2, (n) => learningDay(world, n)))
}

function table<T extends Table>(name: T, count: number, rows: TableRows<T>['rows']): TableRows {
  return { table: name, count, rows } as unknown as TableRows
}

function* range<R>(count: number, row: (n: number) => R): Generator<R> {
  for (let n = 0; n < count; n++) yield row(n)
}

function* people(world: World, passwordHash: string): Generator<Insertable<Database['user_account']>> {
  const account = (id: string, email: string, role: 'instructor' | 'student', n: number) => ({
    id,
    email,
    full_name: nameOf(n),
    search_text: searchTextOf(nameOf(n), email),
    role,
    status: 'active' as const,
    password_hash: passwordHash,
    email_verified_at: '2025-10-01T08:00:00.000Z',
    created_at: '2025-10-01T08:00:00.000Z',
    updated_at: '2025-10-01T08:00:00.000Z',
    last_login_at: null,
    version: 1,
  })
  for (let n = 0; n < world.instructors; n++) {
    yield account(world.instructorId(n), `instructor${n}@example.org`, 'instructor', n)
  }
  for (let n = 0; n < world.size.students; n++) {
    yield account(world.studentId(n), world.studentEmail(n), 'student', n + world.instructors)
  }
}

function nameOf(n: number): string {
  const random = createRandom(n)
  const { given, family } = random.pick(cultures)
  return `${random.pick(given)[0]} ${random.pick(family)[0]}`
}

function course(world: World, n: number) {
  const random = createRandom(n)
  const title = titleOf(random)
  const publishedAt = iso(world.coursePublishedAt(n))
  return {
    id: world.courseId(n),
    slug: `course-${n}`,
    title,
    sort_title: sortTitleOf(title),
    summary: paragraph(random, 2),
    description: pageSource(random, 3),
    category: random.pick(categories),
    difficulty: random.pick(difficulties),
    status: 'published' as const,
    capacity: null,
    self_enrollment: true,
    enrollment_days: null,
    created_at: publishedAt,
    updated_at: publishedAt,
    published_at: publishedAt,
    archived_at: null,
    version: 2,
  }
}

function staff(world: World, n: number) {
  return {
    course_id: world.courseId(n),
    user_id: world.instructorId(n % world.instructors),
    staff_role: 'owner' as const,
    added_at: iso(world.coursePublishedAt(n)),
  }
}

function module(world: World, n: number) {
  const [courseNumber, position] = [Math.floor(n / MODULES), n % MODULES]
  const at = iso(world.coursePublishedAt(courseNumber))
  return {
    id: world.moduleId(courseNumber, position),
    course_id: world.courseId(courseNumber),
    title: `Part ${position + 1}: ${titleOf(createRandom(n))}`,
    position,
    created_at: at,
    updated_at: at,
    version: 1,
  }
}

function lesson(world: World, n: number) {
  const [courseNumber, place] = [Math.floor(n / LESSONS_PER_COURSE), n % LESSONS_PER_COURSE]
  const perModule = LESSONS_PER_COURSE / MODULES
  const at = iso(world.coursePublishedAt(courseNumber))
  const random = createRandom(n)
  return {
    id: world.lessonId(courseNumber, place),
    course_id: world.courseId(courseNumber),
    module_id: world.moduleId(courseNumber, Math.floor(place / perModule)),
    title: titleOf(random),
    type: 'page' as const,
    position: place % perModule,
    status: 'published' as const,
    is_preview: place === 0,
    is_required: true,
    content: JSON.stringify({ format: 'markdown', source: pageSource(random, 5) }),
    completion_rule: 'mark' as const,
    completion_seconds: null,
    release_at: null,
    release_after_days: null,
    created_at: at,
    updated_at: at,
    version: 1,
  }
}

function enrollment(world: World, n: number) {
  const { id, student, course: courseNumber, enrolledAt } = world.enrollment(n)
  return {
    id,
    course_id: world.courseId(courseNumber),
    user_id: world.studentId(student),
    status: 'active' as const,
    source: 'self' as const,
    enrolled_at: iso(enrolledAt),
    expires_at: null,
    ended_at: null,
    version: 1,
  }
}

function event(world: World, n: number) {
  const { id, student, enrolledAt } = world.enrollment(n)
  return {
    id: world.eventId(n),
    enrollment_id: id,
    event: 'enrolled' as const,
    occurred_at: iso(enrolledAt),
    actor_id: world.studentId(student),
    expires_at: null,
  }
}

const SECONDS_PER_LESSON = 600
const DAY_MS = 24 * 60 * 60 * 1000

function lessonProgress(world: World, n: number) {
  const [number, place] = [Math.floor(n / LESSONS_DONE), n % LESSONS_DONE]
  const { id, course: courseNumber, enrolledAt } = world.enrollment(number)
  const startedAt = enrolledAt + place * 2 * DAY_MS
  const completedAt = iso(startedAt + SECONDS_PER_LESSON * 1000)
  return {
    enrollment_id: id,
    lesson_id: world.lessonId(courseNumber, place),
    started_at: iso(startedAt),
    completed_at: completedAt,
    time_spent_seconds: SECONDS_PER_LESSON,
    last_activity_at: completedAt,
  }
}

function courseProgress(world: World, n: number) {
  const { id, enrolledAt } = world.enrollment(n)
  return {
    enrollment_id: id,
    required_lessons: LESSONS_PER_COURSE,
    completed_lessons: LESSONS_DONE,
    percent: Math.floor((LESSONS_DONE * 100) / LESSONS_PER_COURSE),
    time_spent_seconds: SECONDS_PER_LESSON * LESSONS_DONE,
    last_activity_at: iso(enrolledAt + (LESSONS_DONE - 1) * 2 * DAY_MS + SECONDS_PER_LESSON * 1000),
    completed_at: null,
  }
}

function learningDay(world: World, n: number) {
  const [student, which] = [Math.floor(n / 2), n % 2]
  return {
    user_id: world.studentId(student),
    day: `2026-0${1 + (student % 9)}-${10 + which}`,
    time_spent_seconds: SECONDS_PER_LESSON * 2,
    lessons_completed: 2,
  }
}
