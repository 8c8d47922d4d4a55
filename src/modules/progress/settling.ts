import type { Kysely } from 'kysely'
import { insertEnrollmentEvents } from '#modules/enrollments/index.ts'
import { afterCommit } from '#platform/database/transaction.ts'
import { enqueueAll } from '#platform/jobs/outbox.ts'
import { counter, type Metrics } from '#platform/metrics/metrics.ts'
import type { Database } from '../../database.ts'
import { courseCompleted } from './jobs.ts'
import { courseCompletionsTotal } from './metrics.ts'
import { selectCompletedAmong } from './queries.ts'
import { type SummaryRow, storeSummaries } from './summary.ts'

type Tx = Kysely<Database>

export type Settling = ReturnType<typeof createSettling>

/** Brings stored progress up to date with its lessons, and what follows when that completes a course. */
export function createSettling({ metrics, newId }: { readonly metrics: Metrics; readonly newId: () => string }) {
  const countCompletions = counter(metrics, courseCompletionsTotal)

  /** Stores the summaries of these enrollments, which the caller has locked. */
  async function settle(tx: Tx, enrollmentIds: readonly string[], at: Date): Promise<SummaryRow[]> {
    const before = await selectCompletedAmong(tx, enrollmentIds)
    return settleKnowing(tx, enrollmentIds, before, at)
  }

  /** The same, when it is known which of them were completed before: they complete nothing a second time. */
  async function settleKnowing(
    tx: Tx,
    enrollmentIds: readonly string[],
    completedBefore: ReadonlySet<string>,
    at: Date,
  ): Promise<SummaryRow[]> {
    const rows = await storeSummaries(tx, enrollmentIds, at)
    const completed = rows.filter((row) => row.completed_at !== null && !completedBefore.has(row.enrollment_id))
    if (completed.length === 0) return rows
    await insertEnrollmentEvents(
      tx,
      completed.map((row) => ({
        id: newId(),
        enrollment_id: row.enrollment_id,
        event: 'completed' as const,
        occurred_at: at.toISOString(),
        actor_id: null,
        expires_at: null,
      })),
    )
    await enqueueAll(
      tx,
      courseCompleted,
      completed.map((row) => ({ enrollmentId: row.enrollment_id })),
      at,
    )
    afterCommit(() => countCompletions({}, completed.length))
    return rows
  }

  return { settle, settleKnowing }
}
