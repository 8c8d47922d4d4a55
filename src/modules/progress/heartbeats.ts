import type { Principal } from '#modules/auth/index.ts'
import { lessonNotFound } from '#modules/courses/index.ts'
import { afterCommit, inTransaction } from '#platform/database/transaction.ts'
import { counter } from '#platform/metrics/metrics.ts'
import type { ProgressDeps } from './deps.ts'
import { lockActiveEnrollment, requireOpenLesson } from './gate.ts'
import { heartbeatsTotal, learningSecondsTotal } from './metrics.ts'
import {
  type LessonState,
  lockHeartbeat,
  selectLessonState,
  storeHeartbeat,
  storeLearningDay,
  storeLesson,
} from './queries.ts'
import type { HeartbeatAnswer } from './schemas.ts'
import type { Settling } from './settling.ts'
import { toSummary } from './summary.ts'

/** The most that one heartbeat credits: who was silent for longer was not seen learning. */
export const CREDIT_MAX_SECONDS = 60
/** After so long a silence a new sitting begins, and its first heartbeat credits nothing. */
export const SITTING_PAUSE_SECONDS = 300
/** How often a client should beat. */
export const BEAT_EVERY_SECONDS = 30

export function createHeartbeats(
  { db, metrics, now }: ProgressDeps,
  settling: Settling,
  countLesson: (values: { rule: 'time' }) => void,
) {
  const countBeat = counter(metrics, heartbeatsTotal)
  const countSeconds = counter(metrics, learningSecondsTotal)

  /**
   * A student's client says that a lesson is open. What is credited is measured by this server's clock, since the last
   * heartbeat of this student in any lesson: two open lessons share the time, they do not double it. Completes a lesson
   * of the rule `time` when its time is reached.
   */
  async function beat(caller: Principal, enrollmentId: string, lessonId: string): Promise<HeartbeatAnswer> {
    const at = now()
    return inTransaction(db, async (tx) => {
      const enrollment = await lockActiveEnrollment(tx, caller, enrollmentId, at)
      const lesson = await selectLessonState(tx, enrollmentId, enrollment.course_id, lessonId)
      if (!lesson) throw lessonNotFound({ lessonId })
      if (lesson.completed_at === null) await requireOpenLesson(tx, enrollment, lesson, at)

      const { seconds, countedTo } = creditSince(await lockHeartbeat(tx, caller.userId), at)
      await storeHeartbeat(tx, caller.userId, countedTo)
      const timeSpentSeconds = (lesson.time_spent_seconds ?? 0) + seconds
      const isCompletedNow = lesson.completed_at === null && isTimeReached(lesson, timeSpentSeconds)
      await storeLesson(tx, { enrollmentId, lessonId, seconds, isCompleted: isCompletedNow, at })
      if (seconds > 0 || isCompletedNow) {
        await storeLearningDay(tx, caller.userId, at, { seconds, lessons: isCompletedNow ? 1 : 0 })
      }
      const completedBefore = new Set(lesson.course_completed_at === null ? [] : [enrollmentId])
      const [summary] = await settling.settleKnowing(tx, [enrollmentId], completedBefore, at)
      if (!summary) throw new Error(`The locked enrollment ${enrollmentId} is gone.`)
      afterCommit(() => {
        countBeat({ outcome: seconds > 0 ? 'credited' : 'first' })
        countSeconds({}, seconds)
        if (isCompletedNow) countLesson({ rule: 'time' })
      })
      return {
        lessonId,
        creditedSeconds: seconds,
        timeSpentSeconds,
        secondsMissing: secondsMissing(lesson, timeSpentSeconds),
        completedAt: lesson.completed_at ?? (isCompletedNow ? at.toISOString() : null),
        nextHeartbeatSeconds: BEAT_EVERY_SECONDS,
        progress: toSummary(summary),
      }
    })
  }

  return { beat }
}

/**
 * What the time since the last heartbeat is worth, in whole seconds, and up to when it is counted: what is left of a
 * second counts next time.
 */
function creditSince(last: string | undefined, at: Date): { seconds: number; countedTo: Date } {
  if (last === undefined) return { seconds: 0, countedTo: at }
  const lastMs = Date.parse(last)
  const passed = Math.floor((at.getTime() - lastMs) / 1000)
  // A clock that was set back gives nothing, and takes nothing.
  if (passed < 0) return { seconds: 0, countedTo: at }
  if (passed > SITTING_PAUSE_SECONDS) return { seconds: 0, countedTo: at }
  if (passed > CREDIT_MAX_SECONDS) return { seconds: CREDIT_MAX_SECONDS, countedTo: at }
  return { seconds: passed, countedTo: new Date(lastMs + passed * 1000) }
}

function isTimeReached(lesson: LessonState, timeSpentSeconds: number): boolean {
  return lesson.completion_rule === 'time' && timeSpentSeconds >= (lesson.completion_seconds ?? 0)
}

function secondsMissing(lesson: LessonState, timeSpentSeconds: number): number | null {
  if (lesson.completion_rule !== 'time' || lesson.completed_at !== null) return null
  return Math.max(0, (lesson.completion_seconds ?? 0) - timeSpentSeconds)
}
