import { type Kysely, sql } from 'kysely'
import type { QuestionTypeName } from '#modules/questions/index.ts'
import type { Database } from '../../../database.ts'
import type { ItemSums } from './item-statistics.ts'
import type { AnalysisQuery } from './schemas.ts'

type Executor = Kysely<Database>
export type CountedAttempts = AnalysisQuery['attempts']

export interface VersionSums extends ItemSums {
  readonly question_version_id: string
  /** Answers that nobody ever saved. */
  readonly unanswered: number
}

/**
 * What the answers to each version of a question earned, summed up by the database: a thousand attempts are tens of
 * thousands of answers, and forty rows.
 */
export async function selectSums(db: Executor, quizId: string, which: CountedAttempts): Promise<VersionSums[]> {
  const { rows } = await sql<VersionSums>`
    select question_version_id,
      count(*) as n,
      sum(case when sequence = 0 then 1 else 0 end) as unanswered,
      sum(item) as "itemSum",
      count(rest) as pairs,
      coalesce(sum(case when rest is not null then item end), 0) as "pairedItemSum",
      coalesce(sum(rest), 0) as "restSum",
      coalesce(sum(case when rest is not null then item * item end), 0) as "itemSquares",
      coalesce(sum(rest * rest), 0) as "restSquares",
      coalesce(sum(item * rest), 0) as products
    from (
      select attempt_answer.question_version_id, attempt_answer.sequence,
        cast(attempt_answer.points as double precision) / attempt_answer.points_possible as item,
        cast(counted.points - attempt_answer.points as double precision)
          / nullif(counted.points_possible - attempt_answer.points_possible, 0) as rest
      from ${counted(quizId, which)}
      join attempt_answer on attempt_answer.attempt_id = counted.id
      where attempt_answer.points is not null and attempt_answer.points_possible > 0
    ) as shares
    group by question_version_id`.execute(db)
  return rows
}

/** How often each answer to questions of these types was given, with the answer as JSON. */
export async function selectAnswerCounts(
  db: Executor,
  quizId: string,
  which: CountedAttempts,
  types: readonly QuestionTypeName[],
): Promise<{ question_version_id: string; answer: string; count: number }[]> {
  const { rows } = await sql<{ question_version_id: string; answer: string; count: number }>`
    select question_version_id, cast(answer as text) as answer, count
    from (
      select attempt_answer.question_version_id, attempt_answer.answer, count(*) as count
      from ${counted(quizId, which)}
      join attempt_answer on attempt_answer.attempt_id = counted.id
      join question on question.id = attempt_answer.question_id
      where question.type in (${sql.join(types)}) and attempt_answer.answer is not null
      group by attempt_answer.question_version_id, attempt_answer.answer
    ) as grouped`.execute(db)
  return rows
}

/** How many attempts are counted, and the mean of their shares of the points, from 0 to 1. */
export async function selectAttemptMean(
  db: Executor,
  quizId: string,
  which: CountedAttempts,
): Promise<{ attempts: number; mean: number | null }> {
  const { rows } = await sql<{ attempts: number; mean: number | null }>`
    select count(*) as attempts,
      avg(cast(counted.points as double precision) / nullif(counted.points_possible, 0)) as mean
    from ${counted(quizId, which)}`.execute(db)
  return rows[0] ?? { attempts: 0, mean: null }
}

/** The graded attempts at a quiz: of each student the first or the last, or all. */
function counted(quizId: string, which: CountedAttempts) {
  const order = which === 'last' ? sql`number desc` : sql`number`
  return sql`(
    select id, points, points_possible from (
      select id, points, points_possible, row_number() over (partition by enrollment_id order by ${order}) as place
      from attempt where quiz_id = ${quizId} and status = 'graded'
    ) as placed
    ${which === 'all' ? sql`` : sql`where place = 1`}
  ) as counted`
}
