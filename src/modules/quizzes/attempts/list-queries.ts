import type { Kysely } from 'kysely'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../../database.ts'
import type { AttemptRow } from './queries.ts'

type Executor = Kysely<Database>

export interface AttemptsWish {
  readonly quizId: string
  readonly status?: AttemptRow['status'] | undefined
  readonly after: Position | undefined
  readonly limit: number
}

/** The attempts at a quiz with the names of their students, newest first. */
export function selectAttemptPage(db: Executor, { quizId, status, after, limit }: AttemptsWish) {
  return db
    .selectFrom('attempt')
    .innerJoin('user_account', 'user_account.id', 'attempt.student_id')
    .selectAll('attempt')
    .select('user_account.full_name')
    .where('attempt.quiz_id', '=', quizId)
    .$if(status !== undefined, (query) => query.where('attempt.status', '=', status as AttemptRow['status']))
    .$if(after !== undefined, (query) =>
      query.where((eb) => {
        const [time, id] = after as readonly [string, string]
        return eb(eb.refTuple('attempt.started_at', 'attempt.id'), '<', eb.tuple(time, id))
      }),
    )
    .orderBy('attempt.started_at', 'desc')
    .orderBy('attempt.id', 'desc')
    .limit(limit)
    .execute()
}

/** The open attempts whose time was over before `at`, the longest overdue first. */
export function selectOverdue(db: Executor, at: Date, limit: number): Promise<AttemptRow[]> {
  return db
    .selectFrom('attempt')
    .selectAll()
    .where('status', '=', 'open')
    .where('accepted_until', '<', at.toISOString())
    .orderBy('accepted_until')
    .limit(limit)
    .execute()
}
