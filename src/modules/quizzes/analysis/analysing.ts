import type { Principal } from '#modules/auth/index.ts'
import { requireCourseRight } from '#modules/courses/index.ts'
import type { VersionOfQuestion } from '#modules/questions/index.ts'
import type { QuestionVersions } from '../attempts/question-versions.ts'
import type { QuizzesDeps } from '../deps.ts'
import { requireVisibleQuiz } from '../quiz/access.ts'
import { selectQuiz } from '../quiz/queries.ts'
import { type ItemScore, itemStatistics } from './item-statistics.ts'
import { countOptions, hasOptions } from './options.ts'
import { selectAnswerPoints, selectAnswersGiven, selectGradedAttempts } from './queries.ts'
import type { AnalysisQuery, ItemAnalysis } from './schemas.ts'

type AttemptPoints = Awaited<ReturnType<typeof selectGradedAttempts>>[number]
type AnswerPoints = Awaited<ReturnType<typeof selectAnswerPoints>>[number]
type Item = ItemAnalysis['items'][number]

export function createAnalysing({ db, now }: Pick<QuizzesDeps, 'db' | 'now'>, versions: QuestionVersions) {
  /** How hard each question of a quiz was, how well it tells students apart, and which options they chose. */
  async function analyseItems(caller: Principal, quizId: string, { attempts }: AnalysisQuery): Promise<ItemAnalysis> {
    const { quiz } = await requireVisibleQuiz(db, caller, quizId, await selectQuiz(db, quizId), now())
    await requireCourseRight(db, caller, quiz.course_id, 'see-roster')
    const counted = new Map(countedOf(await selectGradedAttempts(db, quizId), attempts).map((row) => [row.id, row]))
    const answers = (await selectAnswerPoints(db, quizId)).filter((row) => counted.has(row.attempt_id))
    const byVersion = Map.groupBy(answers, (row) => row.question_version_id)
    const asked = await versions.byId(db, [...byVersion.keys()])
    const given = await givenTo(quizId, asked, counted)
    const items = asked.map((version) =>
      toItem(version, byVersion.get(version.versionId) ?? [], given.get(version.versionId) ?? [], counted),
    )
    return {
      quizId,
      attempts: counted.size,
      meanPercent: meanPercentOf([...counted.values()]),
      items: items.sort(
        (one, other) => (one.difficulty ?? 2) - (other.difficulty ?? 2) || (one.name < other.name ? -1 : 1),
      ),
    }
  }

  async function givenTo(
    quizId: string,
    asked: readonly VersionOfQuestion[],
    counted: ReadonlyMap<string, unknown>,
  ): Promise<Map<string, unknown[]>> {
    const ids = asked.filter(({ content }) => hasOptions(content)).map(({ versionId }) => versionId)
    const rows = (await selectAnswersGiven(db, quizId, ids)).filter((row) => counted.has(row.attempt_id))
    const grouped = Map.groupBy(rows, (row) => row.question_version_id)
    return new Map([...grouped].map(([id, some]) => [id, some.map((row) => row.answer)]))
  }

  return { analyseItems }
}

/** Of attempts of which those of one student follow each other: the first of each, the last, or all. */
function countedOf(rows: readonly AttemptPoints[], which: AnalysisQuery['attempts']): readonly AttemptPoints[] {
  if (which === 'all') return rows
  const step = which === 'first' ? -1 : 1
  return rows.filter((row, index) => rows[index + step]?.enrollment_id !== row.enrollment_id)
}

function toItem(
  { questionId, number, name, content }: VersionOfQuestion,
  answers: readonly AnswerPoints[],
  given: readonly unknown[],
  attempts: ReadonlyMap<string, AttemptPoints>,
): Item {
  const scores = answers.flatMap((row): ItemScore[] => {
    const attempt = attempts.get(row.attempt_id)
    if (!attempt || row.points === null) return []
    return [
      {
        points: row.points,
        pointsPossible: row.points_possible,
        totalPoints: attempt.points ?? 0,
        totalPossible: attempt.points_possible,
      },
    ]
  })
  return {
    questionId,
    versionNumber: number,
    name,
    type: content.type,
    ...itemStatistics(scores),
    unanswered: answers.filter(({ sequence }) => sequence === 0).length,
    options: countOptions(content, given),
  }
}

function meanPercentOf(rows: readonly AttemptPoints[]): number | null {
  const shares = rows.flatMap(({ points, points_possible: possible }) =>
    points === null || possible === 0 ? [] : [points / possible],
  )
  if (shares.length === 0) return null
  return Math.round((shares.reduce((sum, one) => sum + one, 0) / shares.length) * 10_000) / 100
}
