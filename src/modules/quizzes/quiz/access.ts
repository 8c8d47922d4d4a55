import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { accessCourse, type CourseAccess, courseNotFound, may, selectLesson } from '#modules/courses/index.ts'
import { Problem } from '#platform/problem/problem.ts'
import type { Database } from '../../../database.ts'
import { quizNotFound } from '../problems.ts'
import type { QuizRow } from './queries.ts'

type Executor = Kysely<Database>

export interface QuizAccess {
  readonly quiz: QuizRow
  readonly access: CourseAccess
  /** Sees drafts, questions and everybody's attempts. */
  readonly isStaff: boolean
}

/**
 * The quiz, for staff of its course and for whoever is or was enrolled, once its lesson is published. Everybody else is
 * told that it does not exist.
 */
export async function requireVisibleQuiz(
  db: Executor,
  caller: Principal,
  quizId: string,
  quiz: QuizRow | undefined,
  at: Date,
): Promise<QuizAccess> {
  if (!quiz) throw quizNotFound({ quizId })
  const access = await accessCourse(db, caller, { id: quiz.course_id }, at).catch((error) => {
    throw error instanceof Problem && error.code === courseNotFound.code ? quizNotFound({ quizId }) : error
  })
  const isStaff = may(access.standing, 'read-drafts')
  if (isStaff) return { quiz, access, isStaff }
  if (!access.enrollment) throw quizNotFound({ quizId })
  const lesson = await selectLesson(db, quiz.lesson_id)
  if (lesson?.status === 'draft' || !lesson) throw quizNotFound({ quizId })
  return { quiz, access, isStaff }
}
