import type { Kysely } from 'kysely'
import type { Database } from '../../src/database.ts'
import { RIGHT } from './exam.ts'
import type { Receipt } from './student.ts'

export interface Verdict {
  /** Receipts that the journal does not have. */
  readonly notInJournal: number
  /** Questions whose graded answer is older than the newest receipt. */
  readonly notGraded: number
  /** Attempts that are not handed in, or whose points are not those of their answers. */
  readonly wrongGrades: number
  readonly attempts: number
}

/** Reads everything back from the database and compares it with every receipt. */
export async function verify(db: Kysely<Database>, quizId: string, receipts: readonly Receipt[]): Promise<Verdict> {
  const attempts = await db.selectFrom('attempt').selectAll().where('quiz_id', '=', quizId).execute()
  const journal = new Set<string>()
  const newest = new Map<string, number>()
  let [notGraded, wrongGrades] = [0, 0]
  for (const { attemptId, position, sequence } of receipts) {
    const place = `${attemptId} ${position}`
    newest.set(place, Math.max(newest.get(place) ?? 0, sequence))
  }
  for (const attempt of attempts) {
    const events = await db
      .selectFrom('attempt_event')
      .selectAll()
      .where('attempt_id', '=', attempt.id)
      .where('event', '=', 'saved')
      .execute()
    for (const row of events)
      journal.add([attempt.id, row.position, row.sequence, row.occurred_at, row.digest].join(' '))
    const answers = await db.selectFrom('attempt_answer').selectAll().where('attempt_id', '=', attempt.id).execute()
    let points = 0
    for (const row of answers) {
      if (row.sequence < (newest.get(`${attempt.id} ${row.position}`) ?? 0)) notGraded++
      if ((row.answer as { value?: string } | null)?.value === RIGHT) points += row.points_possible
    }
    if (attempt.status !== 'graded' || attempt.points !== points) wrongGrades++
  }
  const lost = receipts.filter(
    (one) => !journal.has([one.attemptId, one.position, one.sequence, one.savedAt, one.digest].join(' ')),
  )
  return { notInJournal: lost.length, notGraded, wrongGrades, attempts: attempts.length }
}
