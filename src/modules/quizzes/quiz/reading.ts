import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { opennessOf, selectLesson } from '#modules/courses/index.ts'
import type { Database } from '../../../database.ts'
import { selectAttemptsOf } from '../attempts/queries.ts'
import { deadlineFor } from '../deadlines.ts'
import type { QuizzesDeps } from '../deps.ts'
import { lessonWithoutQuiz } from '../problems.ts'
import { type QuizAccess, requireVisibleQuiz } from './access.ts'
import type { VersionedQuiz } from './authoring.ts'
import { type QuizRow, selectQuiz, selectQuizItems, selectQuizOfLesson, sumExtraAttempts } from './queries.ts'
import type { MyAttempts } from './schemas.ts'
import { toQuiz } from './to-quiz.ts'

export function createQuizReading({ db, now }: Pick<QuizzesDeps, 'db' | 'now'>) {
  /** A quiz with its settings; for staff with what it asks, for a student with where he stands. */
  async function readQuiz(caller: Principal, quizId: string): Promise<VersionedQuiz> {
    return show(caller, quizId, await selectQuiz(db, quizId))
  }

  async function readQuizOfLesson(caller: Principal, lessonId: string): Promise<VersionedQuiz> {
    const quiz = await selectQuizOfLesson(db, lessonId)
    if (!quiz) throw lessonWithoutQuiz({ lessonId })
    return show(caller, quiz.id, quiz)
  }

  async function show(caller: Principal, quizId: string, row: QuizRow | undefined): Promise<VersionedQuiz> {
    const at = now()
    const visible = await requireVisibleQuiz(db, caller, quizId, row, at)
    const { quiz, access, isStaff } = visible
    const mine = access.enrollment ? await standing(caller, quiz, access.enrollment.id) : null
    const view = { isStaff, showsInstructions: isStaff || (await isOpen(db, visible, at)), mine }
    return { version: quiz.version, body: toQuiz(quiz, await selectQuizItems(db, quizId), view) }
  }

  async function standing(caller: Principal, quiz: QuizRow, enrollmentId: string): Promise<MyAttempts> {
    const attempts = await selectAttemptsOf(db, quiz.id, enrollmentId)
    const extra = quiz.attempts_allowed === null ? 0 : await sumExtraAttempts(db, quiz.id, enrollmentId)
    const deadline = await deadlineFor(db, quiz, caller.userId, null)
    return {
      enrollmentId,
      attemptsMade: attempts.length,
      attemptsAllowed: quiz.attempts_allowed === null ? null : quiz.attempts_allowed + extra,
      openAttemptId: attempts.find(({ status }) => status === 'open')?.id ?? null,
      opensAt: deadline.opensAt,
      closesAt: deadline.closesAt,
      timeLimitSeconds: deadline.timeLimitSeconds,
    }
  }

  return { readQuiz, readQuizOfLesson }
}

/** Whether this student may read the lesson of the quiz now. */
async function isOpen(db: Kysely<Database>, { quiz, access }: QuizAccess, at: Date): Promise<boolean> {
  const lesson = await selectLesson(db, quiz.lesson_id)
  return lesson !== undefined && (await opennessOf(db, access, lesson, at)).state === 'open'
}
