import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { lessonLocked, lessonNotFound, lessonNotReleased } from '#modules/courses/index.ts'
import {
  type EnrollmentRow,
  enrollmentNotActive,
  enrollmentNotFound,
  lockEnrollment,
} from '#modules/enrollments/index.ts'
import { afterCommit, inTransaction } from '#platform/database/transaction.ts'
import { counter } from '#platform/metrics/metrics.ts'
import { Problem } from '#platform/problem/problem.ts'
import type { Database } from '../../database.ts'
import type { ProgressDeps } from './deps.ts'
import { lockActiveEnrollment, requireOpenLesson } from './gate.ts'
import { lessonRefusalsTotal } from './metrics.ts'
import { passNeeded, timeNeeded } from './problems.ts'
import { type LessonState, selectLessonState, storeLearningDay, storeLesson } from './queries.ts'
import type { LessonCompletion } from './schemas.ts'
import type { Settling } from './settling.ts'
import { type SummaryRow, toSummary } from './summary.ts'

type Tx = Kysely<Database>

const refusalReasons = {
  [timeNeeded.code]: 'time',
  [passNeeded.code]: 'pass',
  [lessonLocked.code]: 'prerequisite',
  [lessonNotReleased.code]: 'release',
  [enrollmentNotActive.code]: 'not-active',
} as const

export function createCompleting(
  { db, metrics, now }: ProgressDeps,
  settling: Settling,
  countLesson: (values: { rule: LessonState['completion_rule'] }) => void,
) {
  const countRefusal = counter(metrics, lessonRefusalsTotal)

  /**
   * A student says that a lesson is done. Saying so again changes nothing. Refused when the lesson is not open, or
   * when it is not for the student to say: see the problems.
   */
  async function markLesson(caller: Principal, enrollmentId: string, lessonId: string): Promise<LessonCompletion> {
    const at = now()
    try {
      return await inTransaction(db, async (tx) => {
        const enrollment = await lockActiveEnrollment(tx, caller, enrollmentId, at)
        const lesson = await selectLessonState(tx, enrollmentId, enrollment.course_id, lessonId)
        if (!lesson) throw lessonNotFound({ lessonId })
        if (lesson.completed_at === null) {
          await requireOpenLesson(tx, enrollment, lesson, at)
          requireMarkable(lesson)
        }
        return toCompletion(lesson, await complete(tx, enrollment, lesson, at), at)
      })
    } catch (error) {
      const reason = error instanceof Problem ? refusalReasons[error.code] : undefined
      if (reason) countRefusal({ reason })
      throw error
    }
  }

  /**
   * What another part of the product calls when it has decided that a lesson is passed, in its own transaction. Locks
   * the enrollment: call it before anything of that enrollment's progress is touched. Also for enrollments that have
   * ended meanwhile, since the work was done before; somebody who has left completes no course by it.
   */
  async function completeLesson(
    tx: Tx,
    { enrollmentId, lessonId }: { enrollmentId: string; lessonId: string },
    at: Date,
  ): Promise<SummaryRow> {
    const enrollment = await lockEnrollment(tx, enrollmentId)
    if (!enrollment) throw enrollmentNotFound({ enrollmentId })
    const lesson = await selectLessonState(tx, enrollmentId, enrollment.course_id, lessonId)
    if (!lesson) throw lessonNotFound({ lessonId })
    return complete(tx, enrollment, lesson, at)
  }

  async function complete(tx: Tx, enrollment: EnrollmentRow, lesson: LessonState, at: Date): Promise<SummaryRow> {
    const completedBefore = new Set(lesson.course_completed_at === null ? [] : [enrollment.id])
    if (lesson.completed_at === null) {
      await storeLesson(tx, { enrollmentId: enrollment.id, lessonId: lesson.id, seconds: 0, isCompleted: true, at })
      await storeLearningDay(tx, enrollment.user_id, at, { seconds: 0, lessons: 1 })
      afterCommit(() => countLesson({ rule: lesson.completion_rule }))
    }
    const [summary] = await settling.settleKnowing(tx, [enrollment.id], completedBefore, at)
    if (!summary) throw new Error(`The locked enrollment ${enrollment.id} is gone.`)
    return summary
  }

  return { markLesson, completeLesson }
}

function requireMarkable(lesson: LessonState): void {
  if (lesson.completion_rule === 'pass') throw passNeeded({ lessonType: lesson.type })
  if (lesson.completion_rule !== 'time') return
  const secondsSpent = lesson.time_spent_seconds ?? 0
  const secondsNeeded = lesson.completion_seconds ?? 0
  if (secondsSpent < secondsNeeded) throw timeNeeded({ secondsSpent, secondsNeeded })
}

function toCompletion(lesson: LessonState, summary: SummaryRow, at: Date): LessonCompletion {
  return {
    lessonId: lesson.id,
    completedAt: lesson.completed_at ?? at.toISOString(),
    progress: toSummary(summary),
  }
}
