import type { Principal } from '#modules/auth/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { QuizzesDeps } from '../deps.ts'
import { attemptNotFound } from '../problems.ts'
import { selectOverdue } from './list-queries.ts'
import { selectAttempt } from './queries.ts'
import type { Submitting } from './submitting.ts'

/** Attempts that the sweeper looks for at a time; each is handed in by a transaction of its own. */
const BATCH = 200

export function createHandingIn({ db, now }: Pick<QuizzesDeps, 'db' | 'now'>, submitting: Submitting) {
  /** The student hands in. What was handed in stays as it is: doing it again changes nothing. */
  async function submitAttempt(caller: Principal, attemptId: string): Promise<void> {
    await inTransaction(db, async (tx) => {
      const attempt = await selectAttempt(tx, attemptId)
      if (attempt?.student_id !== caller.userId) throw attemptNotFound({ attemptId })
      await submitting.submit(tx, attempt, 'student', now())
    })
  }

  /**
   * Hands in every attempt whose time is over, with what was saved; returns how many. One that fails is left for the
   * next run and does not keep the others waiting; then it throws in the end.
   */
  async function submitOverdue(signal: AbortSignal): Promise<number> {
    let count = 0
    const failed = new Map<string, unknown>()
    while (!signal.aborted) {
      const at = now()
      const overdue = await selectOverdue(db, at, BATCH + failed.size)
      const due = overdue.filter(({ id }) => !failed.has(id))
      for (const attempt of due) {
        if (signal.aborted) break
        try {
          await inTransaction(db, (tx) => submitting.submit(tx, attempt, 'deadline', at))
          count++
        } catch (error) {
          failed.set(attempt.id, error)
        }
      }
      if (due.length < BATCH) break
    }
    if (failed.size > 0) throw new AggregateError(failed.values(), `${failed.size} attempts could not be handed in.`)
    return count
  }

  return { submitAttempt, submitOverdue }
}
