import type { Insertable, Kysely, Selectable } from 'kysely'
import { prepared } from '#platform/database/prepared.ts'
import type { Database } from '../../../database.ts'
import type { QuizzesDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type AttemptEventRow = Selectable<QuizzesDatabase['attempt_event']>

export interface JournalEntry {
  readonly id: string
  readonly attemptId: string
  /** Saves write their own entry: see `answers/queries.ts`. */
  readonly event: Exclude<AttemptEventRow['event'], 'saved'>
  readonly at: Date
  /** Null: the system. */
  readonly actorId: string | null
  readonly details?: Record<string, unknown>
}

const insertedEvent = prepared((tx: Executor, row: Insertable<QuizzesDatabase['attempt_event']>) =>
  tx.insertInto('attempt_event').values(row),
)

/** Adds a line to the journal of an attempt, in the transaction of what it tells. */
export async function record(
  tx: Executor,
  { id, attemptId, event, at, actorId, details }: JournalEntry,
): Promise<void> {
  await insertedEvent(tx, {
    id,
    attempt_id: attemptId,
    event,
    occurred_at: at.toISOString(),
    actor_id: actorId,
    position: null,
    sequence: null,
    digest: null,
    details: details === undefined ? null : JSON.stringify(details),
  })
}

/** Oldest first: ids grow with time. */
export function selectEventPage(
  db: Executor,
  attemptId: string,
  { position, after, limit }: { position?: number | undefined; after: string | undefined; limit: number },
): Promise<AttemptEventRow[]> {
  let query = db.selectFrom('attempt_event').selectAll().where('attempt_id', '=', attemptId)
  if (position !== undefined) query = query.where('position', '=', position)
  if (after !== undefined) query = query.where('id', '>', after)
  return query.orderBy('id').limit(limit).execute()
}
