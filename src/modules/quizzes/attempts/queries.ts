import { type Insertable, type Kysely, type RawBuilder, type Selectable, sql, type Updateable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import { prepared } from '#platform/database/prepared.ts'
import type { Decimal } from '#platform/decimal/decimal.ts'
import type { Database } from '../../../database.ts'
import type { QuizzesDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type AttemptRow = Selectable<QuizzesDatabase['attempt']>
export type AnswerRow = Selectable<QuizzesDatabase['attempt_answer']>

const attemptById = prepared((db: Executor, { id }: { id: string }) =>
  db.selectFrom('attempt').selectAll().where('id', '=', id),
)

export async function selectAttempt(db: Executor, id: string): Promise<AttemptRow | undefined> {
  return (await attemptById(db, { id }))[0]
}

const lockedAttemptById = prepared((tx: Executor, { id }: { id: string }) =>
  lockRow(tx, tx.selectFrom('attempt').selectAll().where('id', '=', id)),
)

/** Always after its enrollment and before its answers: the one order of locks in this module. */
export async function lockAttempt(tx: Executor, id: string): Promise<AttemptRow | undefined> {
  return (await lockedAttemptById(tx, { id }))[0]
}

const attemptsOf = prepared((db: Executor, { quizId, enrollmentId }: { quizId: string; enrollmentId: string }) =>
  db
    .selectFrom('attempt')
    .selectAll()
    .where('quiz_id', '=', quizId)
    .where('enrollment_id', '=', enrollmentId)
    .orderBy('number'),
)

/** All attempts of one student at one quiz, the first first. Exact while the enrollment is locked. */
export function selectAttemptsOf(db: Executor, quizId: string, enrollmentId: string): Promise<AttemptRow[]> {
  return attemptsOf(db, { quizId, enrollmentId })
}

const answersOf = prepared((db: Executor, { attemptId }: { attemptId: string }) =>
  db.selectFrom('attempt_answer').selectAll().where('attempt_id', '=', attemptId).orderBy('position'),
)

export function selectAnswers(db: Executor, attemptId: string): Promise<AnswerRow[]> {
  return answersOf(db, { attemptId })
}

const lockedAnswersOf = prepared((tx: Executor, { attemptId }: { attemptId: string }) =>
  lockRow(tx, tx.selectFrom('attempt_answer').selectAll().where('attempt_id', '=', attemptId).orderBy('position')),
)

/**
 * The answers as they are when no save can change them any more: a save that came first is in them, one that comes
 * later waits and then finds the attempt closed.
 */
export function lockAnswers(tx: Executor, attemptId: string): Promise<AnswerRow[]> {
  return lockedAnswersOf(tx, { attemptId })
}

const insertedAttempt = prepared((tx: Executor, row: Insertable<QuizzesDatabase['attempt']>) =>
  tx.insertInto('attempt').values(row),
)

export async function insertAttempt(tx: Executor, row: Insertable<QuizzesDatabase['attempt']>): Promise<void> {
  await insertedAttempt(tx, row)
}

export async function insertAnswers(
  tx: Executor,
  rows: readonly Insertable<QuizzesDatabase['attempt_answer']>[],
): Promise<void> {
  await tx.insertInto('attempt_answer').values(rows).execute()
}

/** Changes the attempt and counts its version up. */
export function updateAttempt(
  tx: Executor,
  id: string,
  changes: Updateable<QuizzesDatabase['attempt']>,
): Promise<AttemptRow> {
  return tx
    .updateTable('attempt')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export interface AnswerGrade {
  readonly position: number
  /** Null: a person must grade it. */
  readonly points: Decimal | null
  readonly isCorrect: boolean | null
}

/** Closes all answers of an attempt and stores what each earned, in one statement. */
export async function closeAnswers(tx: Executor, attemptId: string, grades: readonly AnswerGrade[]): Promise<void> {
  await tx
    .updateTable('attempt_answer')
    .set({
      is_open: false,
      points: byPosition(grades, ({ points }) => sql<number | null>`cast(${points} as bigint)`),
      is_correct: byPosition(grades, ({ isCorrect }) => sql<boolean | null>`cast(${isCorrect} as boolean)`),
    })
    .where('attempt_id', '=', attemptId)
    .execute()
}

/** Gives the answers of an open attempt another deadline. */
export async function extendAnswers(
  tx: Executor,
  attemptId: string,
  times: Pick<AnswerRow, 'deadline_at' | 'accepted_until'>,
): Promise<void> {
  await tx.updateTable('attempt_answer').set(times).where('attempt_id', '=', attemptId).execute()
}

/** Opens them again, with the answers that are there and nothing of what they earned. */
export async function reopenAnswers(
  tx: Executor,
  attemptId: string,
  { deadline, acceptedUntil }: { deadline: string | null; acceptedUntil: string | null },
): Promise<void> {
  await tx
    .updateTable('attempt_answer')
    .set({
      is_open: true,
      deadline_at: deadline,
      accepted_until: acceptedUntil,
      points: null,
      is_correct: null,
      feedback: null,
      graded_at: null,
      graded_by: null,
    })
    .where('attempt_id', '=', attemptId)
    .execute()
}

function byPosition<T>(grades: readonly AnswerGrade[], toValue: (grade: AnswerGrade) => RawBuilder<T>): RawBuilder<T> {
  const branches = grades.map((grade) => sql`when ${sql.lit(grade.position)} then ${toValue(grade)}`)
  return sql<T>`case position ${sql.join(branches, sql` `)} end`
}
