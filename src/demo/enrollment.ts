import type { Insertable } from 'kysely'
import type { EnrollmentsDatabase } from '#modules/enrollments/index.ts'
import type { ProgressDatabase } from '#modules/progress/index.ts'
import { DAY_MS, iso } from './calendar.ts'
import type { DemoCourse, DemoLesson } from './catalogue.ts'
import type { Account } from './people.ts'
import type { Random } from './random.ts'
import type { DemoRows } from './rows.ts'

type EnrollmentRow = Insertable<EnrollmentsDatabase['enrollment']>
type LessonProgressRow = Insertable<ProgressDatabase['lesson_progress']> & { time_spent_seconds: number }

/** An enrollment while its history is being made. */
export interface DemoEnrollment {
  readonly course: DemoCourse
  readonly row: EnrollmentRow
  readonly startedAt: number
  /** From then on it is over. */
  endsAt: number
  completedAt: number | null
  /** The student loses interest after so many lessons. */
  readonly staying: number
  readonly lessons: Map<string, LessonProgressRow>
}

const LOSES_INTEREST = 0.45

interface Origin {
  readonly at: number
  readonly source: 'self' | 'staff'
  readonly actorId: string
}

export function enroll(
  random: Random,
  student: Account,
  course: DemoCourse,
  { at, source, actorId }: Origin,
  rows: DemoRows,
): DemoEnrollment {
  const days = course.plan.enrollmentDays
  const endsAt = days === undefined ? Infinity : at + days * DAY_MS
  const row: EnrollmentRow = {
    id: random.id(new Date(at)),
    course_id: course.row.id,
    user_id: student.id,
    status: 'active',
    source,
    enrolled_at: iso(at),
    expires_at: days === undefined ? null : iso(endsAt),
    ended_at: null,
    version: 1,
  }
  rows.enrollment.push(row)
  const staying = random.chance(LOSES_INTEREST) ? random.whole(0, course.lessons.length - 1) : Infinity
  const enrollment = { course, row, startedAt: at, endsAt, completedAt: null, staying, lessons: new Map() }
  addEvent(random, enrollment, 'enrolled', at, actorId, rows)
  return enrollment
}

/** The student leaves the course. */
export function withdraw(random: Random, enrollment: DemoEnrollment, at: number, rows: DemoRows): void {
  end(enrollment, 'withdrawn', at)
  addEvent(random, enrollment, 'withdrawn', at, enrollment.row.user_id, rows)
}

/** What the product's recurring job has done meanwhile, and the summary that it keeps of every enrollment. */
export function settle(random: Random, enrollment: DemoEnrollment, now: number, rows: DemoRows): void {
  if (enrollment.row.status === 'active' && enrollment.endsAt <= now) {
    end(enrollment, 'expired', enrollment.endsAt)
    addEvent(random, enrollment, 'expired', enrollment.endsAt, null, rows)
  }
  const progress = [...enrollment.lessons.values()]
  rows.lesson_progress.push(...progress)
  const { required, completed } = countLessons(enrollment)
  rows.course_progress.push({
    enrollment_id: enrollment.row.id,
    required_lessons: required,
    completed_lessons: completed,
    percent: required === 0 ? 0 : Math.floor((completed * 100) / required),
    time_spent_seconds: progress.reduce((sum, lesson) => sum + lesson.time_spent_seconds, 0),
    last_activity_at: progress.map((lesson) => lesson.last_activity_at).reduce<string | null>(later, null),
    completed_at: enrollment.completedAt === null ? null : iso(enrollment.completedAt),
  })
}

/** The first lesson that this student may do at `at`, has not completed, and wants. */
export function nextLesson(enrollment: DemoEnrollment, at: number): DemoLesson | undefined {
  if (at >= enrollment.endsAt || enrollment.lessons.size > enrollment.staying) return undefined
  const isDone = (lesson: DemoLesson | undefined) => !lesson || isCompleted(enrollment, lesson)
  return enrollment.course.lessons.find(
    (lesson) => !isDone(lesson) && isDone(lesson.requires) && isReleased(enrollment, lesson, at),
  )
}

/** `seconds` spent on a lesson up to `at`, which may complete it. */
export function study(
  random: Random,
  enrollment: DemoEnrollment,
  lesson: DemoLesson,
  { from, at, completes }: { from: number; at: number; completes: boolean },
  rows: DemoRows,
): void {
  const known = enrollment.lessons.get(lesson.row.id)
  const seconds = Math.floor((at - from) / 1000)
  enrollment.lessons.set(lesson.row.id, {
    enrollment_id: enrollment.row.id,
    lesson_id: lesson.row.id,
    started_at: known?.started_at ?? iso(from),
    completed_at: completes ? iso(at) : null,
    time_spent_seconds: (known?.time_spent_seconds ?? 0) + seconds,
    last_activity_at: iso(at),
  })
  const { required, completed } = countLessons(enrollment)
  if (enrollment.completedAt !== null || completed < required) return
  enrollment.completedAt = at
  addEvent(random, enrollment, 'completed', at, null, rows)
}

export function secondsSpent(enrollment: DemoEnrollment, lesson: DemoLesson): number {
  return enrollment.lessons.get(lesson.row.id)?.time_spent_seconds ?? 0
}

function isCompleted(enrollment: DemoEnrollment, lesson: DemoLesson): boolean {
  return typeof enrollment.lessons.get(lesson.row.id)?.completed_at === 'string'
}

function isReleased({ startedAt }: DemoEnrollment, { row }: DemoLesson, at: number): boolean {
  const byDate = row.release_at ? Date.parse(row.release_at) : 0
  return at >= byDate && at >= startedAt + (row.release_after_days ?? 0) * DAY_MS
}

function countLessons(enrollment: DemoEnrollment): { required: number; completed: number } {
  const required = enrollment.course.lessons.filter(({ row }) => row.is_required)
  return { required: required.length, completed: required.filter((one) => isCompleted(enrollment, one)).length }
}

function end(enrollment: DemoEnrollment, status: 'withdrawn' | 'expired', at: number): void {
  enrollment.endsAt = at
  Object.assign(enrollment.row, { status, ended_at: iso(at), version: 2 })
}

type Event = DemoRows['enrollment_event'][number]['event']

function addEvent(
  random: Random,
  { row }: DemoEnrollment,
  event: Event,
  at: number,
  actorId: string | null,
  rows: DemoRows,
) {
  rows.enrollment_event.push({
    id: random.id(new Date(at)),
    enrollment_id: row.id,
    event,
    occurred_at: iso(at),
    actor_id: actorId,
    expires_at: row.expires_at ?? null,
  })
}

function later(a: string | null, b: string): string {
  return a !== null && a > b ? a : b
}
