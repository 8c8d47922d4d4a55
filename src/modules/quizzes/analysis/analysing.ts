import type { Principal } from '#modules/auth/index.ts'
import { requireCourseRight } from '#modules/courses/index.ts'
import type { VersionOfQuestion } from '#modules/questions/index.ts'
import type { QuestionVersions } from '../attempts/question-versions.ts'
import type { QuizzesDeps } from '../deps.ts'
import { requireVisibleQuiz } from '../quiz/access.ts'
import { selectQuiz } from '../quiz/queries.ts'
import { itemStatistics } from './item-statistics.ts'
import { type AnswerCount, countOptions, typesWithOptions } from './options.ts'
import { selectAnswerCounts, selectAttemptMean, selectSums, type VersionSums } from './queries.ts'
import type { AnalysisQuery, ItemAnalysis } from './schemas.ts'

type Item = ItemAnalysis['items'][number]

export function createAnalysing({ db, now }: Pick<QuizzesDeps, 'db' | 'now'>, versions: QuestionVersions) {
  /** How hard each question of a quiz was, how well it tells students apart, and which options they chose. */
  async function analyseItems(
    caller: Principal,
    quizId: string,
    { attempts: which }: AnalysisQuery,
  ): Promise<ItemAnalysis> {
    const { quiz } = await requireVisibleQuiz(db, caller, quizId, await selectQuiz(db, quizId), now())
    await requireCourseRight(db, caller, quiz.course_id, 'see-roster')
    const { attempts, mean } = await selectAttemptMean(db, quizId, which)
    const sums = new Map((await selectSums(db, quizId, which)).map((row) => [row.question_version_id, row]))
    const asked = await versions.byId(db, [...sums.keys()])
    const counts = (await selectAnswerCounts(db, quizId, which, typesWithOptions)).map((row) => ({
      versionId: row.question_version_id,
      answer: JSON.parse(row.answer) as unknown,
      count: row.count,
    }))
    const given = Map.groupBy(counts, ({ versionId }) => versionId)
    const items = asked.flatMap((version) => {
      const found = sums.get(version.versionId)
      return found ? [toItem(version, found, given.get(version.versionId) ?? [])] : []
    })
    return {
      quizId,
      attempts,
      meanPercent: mean === null ? null : Math.round(mean * 10_000) / 100,
      items: items.sort(byDifficulty),
    }
  }

  return { analyseItems }
}

function toItem(
  { questionId, number, name, content }: VersionOfQuestion,
  sums: VersionSums,
  given: readonly AnswerCount[],
): Item {
  return {
    questionId,
    versionNumber: number,
    name,
    type: content.type,
    ...itemStatistics(sums),
    unanswered: sums.unanswered,
    options: countOptions(content, given),
  }
}

function byDifficulty(one: Item, other: Item): number {
  return (one.difficulty ?? 2) - (other.difficulty ?? 2) || (one.name < other.name ? -1 : 1)
}
