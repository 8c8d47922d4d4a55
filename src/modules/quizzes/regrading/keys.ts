import type { Kysely, Selectable } from 'kysely'
import {
  type GradedAnswer,
  gradeAnswer,
  type QuestionContent,
  type VersionOfQuestion,
} from '#modules/questions/index.ts'
import { prepared } from '#platform/database/prepared.ts'
import type { Decimal } from '#platform/decimal/decimal.ts'
import type { Database } from '../../../database.ts'
import type { QuestionVersions } from '../attempts/question-versions.ts'
import type { QuizzesDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type RegradeRow = Selectable<QuizzesDatabase['regrade']>

/** By what the answers to one question of a quiz are graded, other than by the version they were given to. */
export interface Key {
  readonly rule: RegradeRow['rule']
  /** Answers to later versions are graded by their own. */
  readonly upToNumber: number
  /** Null: everybody gets the points. */
  readonly content: QuestionContent | null
}

const regradesOfQuiz = prepared((db: Executor, { quizId }: { quizId: string }) =>
  db.selectFrom('regrade').selectAll().where('quiz_id', '=', quizId).orderBy('id'),
)

/**
 * The keys that regrades have put in force, by question; most quizzes have none. Read it with the enrollment locked:
 * then a regrade either is seen here, or sees what is graded here.
 */
export async function keysOf(db: Executor, versions: QuestionVersions, quizId: string): Promise<Map<string, Key>> {
  const rows = new Map((await regradesOfQuiz(db, { quizId })).map((row) => [row.question_id, row]))
  const latest = [...rows.values()]
  const contents = await versions.byId(
    db,
    latest.flatMap((row) => row.key_version_id ?? []),
  )
  const byVersion = new Map(contents.map((version) => [version.versionId, version.content]))
  return new Map(
    latest.map(({ question_id: id, rule, up_to_number: upToNumber, key_version_id: key }) => [
      id,
      { rule, upToNumber, content: key === null ? null : (byVersion.get(key) ?? null) },
    ]),
  )
}

/**
 * What an answer earns: by the version it was given to, or by the key in force. `best-of-both` takes the better of the
 * two, so that nobody who relied on the faulty question loses by its correction.
 */
export function gradeByKey(
  taken: Pick<VersionOfQuestion, 'content' | 'number'>,
  answer: unknown,
  pointsPossible: Decimal,
  key: Key | undefined,
): GradedAnswer {
  const own = gradeAnswer(taken.content, answer, pointsPossible)
  if (!key || taken.number > key.upToNumber || own.points === null) return own
  if (key.content === null) return { points: pointsPossible, isCorrect: true, parts: [] }
  const other = gradeAnswer(key.content, answer, pointsPossible)
  if (key.rule === 'best-of-both' && own.points >= (other.points ?? 0)) return own
  return other
}
