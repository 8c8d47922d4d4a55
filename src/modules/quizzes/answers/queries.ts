import { type Kysely, sql } from 'kysely'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import { prepared } from '#platform/database/prepared.ts'
import type { Database } from '../../../database.ts'

type Executor = Kysely<Database>

export interface Save {
  readonly eventId: string
  readonly attemptId: string
  readonly studentId: string
  readonly position: number
  readonly sequence: number
  /** JSON; null: the answer was cleared. */
  readonly answer: string | null
  readonly digest: string
  readonly at: string
}

export interface Saved {
  readonly deadline_at: string | null
}

/**
 * Stores an answer and its line in the journal: both or nothing. Undefined when the row does not take it: the attempt
 * is closed, its time is over, or the stored answer is as new. One statement of PostgreSQL, which is its own
 * transaction; the row it changes decides against submission and against other saves. See ADR 0023.
 */
export async function storeInStatement(db: Executor, save: Save): Promise<Saved | undefined> {
  return (await storedWithEvent(db, save))[0]
}

/** The same within a transaction, for several answers. Take them by position: submission locks in that order too. */
export async function storeInTransaction(tx: Executor, save: Save): Promise<Saved | undefined> {
  if (dialectOfDatabase(tx) === 'postgres') return (await storedWithEvent(tx, save))[0]
  const [stored] = await storedAnswer(tx, save)
  if (stored) await storedEvent(tx, save)
  return stored
}

const changeAnswer = (db: Executor, save: Save) =>
  db
    .updateTable('attempt_answer')
    .set({ answer: save.answer, sequence: save.sequence, digest: save.digest, saved_at: save.at })
    .where('attempt_id', '=', save.attemptId)
    .where('position', '=', save.position)
    .where('student_id', '=', save.studentId)
    .where('is_open', '=', true)
    .where('sequence', '<', save.sequence)
    .where((eb) => eb.or([eb('accepted_until', 'is', null), eb('accepted_until', '>=', save.at)]))

const storedWithEvent = prepared((db: Executor, save: Save) =>
  db
    .with('saved', (one) =>
      changeAnswer(one as unknown as Executor, save).returning([
        'attempt_id',
        'student_id',
        'position',
        'sequence',
        'digest',
        'saved_at',
        'deadline_at',
      ]),
    )
    .with('logged', (one) =>
      one
        .insertInto('attempt_event')
        .columns(['id', 'attempt_id', 'event', 'occurred_at', 'actor_id', 'position', 'sequence', 'digest'])
        .expression((eb) =>
          eb
            .selectFrom('saved')
            .select([
              sql<string>`cast(${save.eventId} as text)`.as('id'),
              'attempt_id',
              sql<'saved'>`'saved'`.as('event'),
              sql<string>`saved_at`.as('occurred_at'),
              'student_id',
              'position',
              'sequence',
              'digest',
            ]),
        ),
    )
    .selectFrom('saved')
    .select('deadline_at'),
)

const storedAnswer = prepared((tx: Executor, save: Save) => changeAnswer(tx, save).returning('deadline_at'))

const storedEvent = prepared((tx: Executor, save: Save) =>
  tx.insertInto('attempt_event').values({
    id: save.eventId,
    attempt_id: save.attemptId,
    event: 'saved',
    occurred_at: save.at,
    actor_id: save.studentId,
    position: save.position,
    sequence: save.sequence,
    digest: save.digest,
    details: null,
  }),
)

/** What stands in the way of a save: the answer as it is stored, with the state of its attempt. */
export function selectStored(db: Executor, attemptId: string, position: number) {
  return db
    .selectFrom('attempt_answer')
    .innerJoin('attempt', 'attempt.id', 'attempt_answer.attempt_id')
    .select([
      'attempt_answer.sequence',
      'attempt_answer.digest',
      'attempt_answer.saved_at',
      'attempt_answer.is_open',
      'attempt_answer.deadline_at',
      'attempt_answer.accepted_until',
      'attempt.submitted_at',
      'attempt.submitted_by',
    ])
    .where('attempt_answer.attempt_id', '=', attemptId)
    .where('attempt_answer.position', '=', position)
    .executeTakeFirst()
}

/** When exactly this answer was saved with this number; undefined: it never was. */
export async function selectSavedBefore(
  db: Executor,
  { attemptId, position, sequence, digest }: Pick<Save, 'attemptId' | 'position' | 'sequence' | 'digest'>,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('attempt_event')
    .select('occurred_at')
    .where('attempt_id', '=', attemptId)
    .where('event', '=', 'saved')
    .where('position', '=', position)
    .where('sequence', '=', sequence)
    .where('digest', '=', digest)
    .orderBy('id')
    .executeTakeFirst()
  return row?.occurred_at
}

/** Who an attempt belongs to and what it asks, which never changes. */
export async function selectLayout(db: Executor, attemptId: string) {
  return db
    .selectFrom('attempt_answer')
    .select(['student_id', 'position', 'question_version_id'])
    .where('attempt_id', '=', attemptId)
    .orderBy('position')
    .execute()
}
