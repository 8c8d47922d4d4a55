import assert from 'node:assert/strict'
import type { QuestionTypeName } from '#modules/questions/index.ts'
import { makeCourse } from './courses.ts'
import { enroll } from './enrollments.ts'
import type { ApiClient, Harness } from './harness.ts'
import { makeBank, makeQuestion, sampleContents } from './questions.ts'

export interface MadeQuiz {
  readonly courseId: string
  readonly lessonId: string
  readonly bankId: string
  readonly questionIds: readonly string[]
  readonly quizId: string
}

export interface QuizWishes {
  /** Fields of the body of `POST /courses`. */
  readonly course?: Record<string, unknown>
  /** One question of each, worth a point. Default: two that are true or false, both true. */
  readonly questions?: readonly QuestionTypeName[]
  /** Fields of the body of `POST /lessons/…/quiz`. */
  readonly quiz?: Record<string, unknown>
}

/** A published course with one quiz made through the API by `author`, who owns it. */
export async function makeQuiz(author: ApiClient, wishes: QuizWishes = {}): Promise<MadeQuiz> {
  const { courseId, lessonIds } = await makeCourse(author, {
    lessons: [{ type: 'quiz', title: 'Quiz', content: {} }],
    ...(wishes.course && { course: wishes.course }),
  })
  const lessonId = lessonIds[0] ?? ''
  const bankId = await makeBank(author, courseId)
  const questionIds: string[] = []
  for (const type of wishes.questions ?? (['true-false', 'true-false'] as const)) {
    const content = { ...sampleContents[type], prompt: `Question ${questionIds.length + 1}` }
    questionIds.push((await makeQuestion(author, bankId, { content })).id)
  }
  const items = questionIds.map((questionId) => ({ kind: 'question', questionId, points: '1' }))
  const response = await author.post(`/lessons/${lessonId}/quiz`, { items, ...wishes.quiz })
  assert.equal(response.statusCode, 201, response.body)
  return { courseId, lessonId, bankId, questionIds, quizId: response.json().id }
}

/** A quiz, its owner, and a student who is enrolled in its course. */
export async function quizOfOne(harness: Harness, wishes: QuizWishes = {}) {
  const owner = await harness.signUp('instructor')
  const quiz = await makeQuiz(owner, wishes)
  const student = await harness.signUp('student')
  const enrollmentId = await enroll(student, quiz.courseId)
  return { owner, student, enrollmentId, ...quiz }
}

/** Begins an attempt, or goes on with the open one; the answer of the API. */
export async function start(student: ApiClient, quizId: string) {
  const response = await student.post(`/quizzes/${quizId}/attempts`)
  assert.ok(response.statusCode === 201 || response.statusCode === 200, response.body)
  return response.json()
}

/** Saves an answer and returns what the API says. */
export async function save(
  student: ApiClient,
  attemptId: string,
  position: number,
  sequence: number,
  answer: unknown = { value: true },
) {
  const response = await student.put(`/attempts/${attemptId}/answers/${position}`, { sequence, answer })
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

/** Hands in and returns the attempt. */
export async function submit(student: ApiClient, attemptId: string) {
  const response = await student.post(`/attempts/${attemptId}/submit`)
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

/** The journal of an attempt, oldest first, at most 100 lines. */
export async function journalOf(reader: ApiClient, attemptId: string) {
  const response = await reader.get(`/attempts/${attemptId}/journal?limit=100`)
  assert.equal(response.statusCode, 200, response.body)
  return response.json().items
}
