import type { Kysely } from 'kysely'
import type { ItemSource } from '#modules/deadlines/index.ts'
import type { Database } from '../../database.ts'
import { record } from './attempts/journal.ts'
import { type AttemptRow, extendAnswers, lockAnswers, lockAttempt, updateAttempt } from './attempts/queries.ts'
import { deadlineFor, ruleOf } from './deadlines.ts'
import { selectQuiz, selectQuizOfLesson } from './quiz/queries.ts'

type Executor = Kysely<Database>

/** Tells the calculator of deadlines about quizzes, and lets attempts that are going on have what is granted. */
export function createQuizDeadlines({ newId }: { readonly newId: () => string }): ItemSource {
  return {
    lessonType: 'quiz',

    async selectItem(db, { lessonId, userId }) {
      const quiz = await selectQuizOfLesson(db, lessonId)
      if (!quiz) return undefined
      const open = userId === null ? undefined : await selectOpenAttempt(db, quiz.id, userId)
      return { rule: ruleOf(quiz), startedAt: open?.started_at ?? null }
    },

    async accommodationsChanged(tx, { courseId, userId, lessonId }, at) {
      for (const { id } of await selectOpenAttempts(tx, courseId, userId, lessonId)) {
        const attempt = await lockAttempt(tx, id)
        if (attempt?.status === 'open') await extend(tx, attempt, newId(), at)
      }
    },
  }
}

/** Gives an open attempt the later deadline that it has now; nothing granted later takes time away. */
async function extend(tx: Executor, attempt: AttemptRow, eventId: string, at: Date): Promise<void> {
  const quiz = await selectQuiz(tx, attempt.quiz_id)
  if (!quiz || attempt.deadline_at === null) return
  const { deadline, acceptedUntil } = await deadlineFor(tx, quiz, attempt.student_id, new Date(attempt.started_at))
  if (deadline !== null && deadline <= attempt.deadline_at) return
  const times = { deadline_at: deadline, accepted_until: acceptedUntil }
  await lockAnswers(tx, attempt.id)
  await extendAnswers(tx, attempt.id, times)
  await updateAttempt(tx, attempt.id, times)
  const details = { deadline, before: attempt.deadline_at }
  await record(tx, { id: eventId, attemptId: attempt.id, event: 'extended', at, actorId: null, details })
}

function selectOpenAttempt(db: Executor, quizId: string, studentId: string): Promise<AttemptRow | undefined> {
  return db
    .selectFrom('attempt')
    .selectAll()
    .where('quiz_id', '=', quizId)
    .where('student_id', '=', studentId)
    .where('status', '=', 'open')
    .executeTakeFirst()
}

function selectOpenAttempts(tx: Executor, courseId: string, studentId: string, lessonId: string | null) {
  return tx
    .selectFrom('attempt')
    .innerJoin('quiz', 'quiz.id', 'attempt.quiz_id')
    .select('attempt.id')
    .where('quiz.course_id', '=', courseId)
    .where('attempt.student_id', '=', studentId)
    .where('attempt.status', '=', 'open')
    .$if(lessonId !== null, (query) => query.where('quiz.lesson_id', '=', lessonId ?? ''))
    .orderBy('attempt.id')
    .execute()
}
