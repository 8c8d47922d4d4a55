import type { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { createAccessTokens } from '#modules/auth/index.ts'
import { loadConfig } from '../../src/config.ts'
import type { Database } from '../../src/database.ts'
import type { Stage } from '../stage.ts'

export const QUESTIONS = 20
/** The right answer to every question. */
export const RIGHT = '42'

/** A quiz whose students may all begin. */
export interface Exam {
  readonly quizId: string
  readonly enrollmentIds: readonly string[]
}

/** Makes a course with one quiz through the API and enrolls the first students of the world in it. */
export async function prepareExam(stage: Stage, db: Kysely<Database>, students: number): Promise<Exam> {
  const { world } = stage.context
  const token = instructorToken(stage)
  const make = async (path: string, body?: object) => (await post(stage.product.url, path, token, body)).id
  const courseId = await make('/courses', { title: `Quiz day ${uuidv7()}`, summary: 'One quiz.' })
  const moduleId = await make(`/courses/${courseId}/modules`, { title: 'Exam' })
  const lesson = { type: 'quiz', title: 'Exam', content: {}, status: 'published' }
  const lessonId = await make(`/modules/${moduleId}/lessons`, lesson)
  await make(`/courses/${courseId}/publish`)
  const bankId = await make(`/courses/${courseId}/question-banks`, { title: 'Exam' })
  const items = []
  for (let n = 1; n <= QUESTIONS; n++) {
    const content = { type: 'numeric', prompt: `What is ${n} + ${Number(RIGHT) - n}?`, value: RIGHT }
    const questionId = await make(`/question-banks/${bankId}/questions`, { content })
    items.push({ kind: 'question', questionId, points: '1' })
  }
  const settings = { timeLimitSeconds: 7200, shuffleQuestions: true, passingPercent: '50' }
  const quizId = await make(`/lessons/${lessonId}/quiz`, { items, ...settings })
  const enrollmentIds = Array.from({ length: students }, () => uuidv7())
  const rows = enrollmentIds.map((id, n) => ({
    id,
    course_id: courseId,
    user_id: world.studentId(n),
    status: 'active' as const,
    source: 'import' as const,
    enrolled_at: new Date().toISOString(),
    expires_at: null,
    ended_at: null,
  }))
  for (let at = 0; at < rows.length; at += 500) {
    await db
      .insertInto('enrollment')
      .values(rows.slice(at, at + 500))
      .execute()
  }
  return { quizId, enrollmentIds }
}

/** Of the first instructor of the world. */
function instructorToken(stage: Stage): string {
  const { SECRET_KEY, ACCESS_TOKEN_MINUTES } = loadConfig(stage.settings)
  const tokens = createAccessTokens({ secretKey: SECRET_KEY, minutes: ACCESS_TOKEN_MINUTES, now: () => new Date() })
  const userId = stage.context.world.instructorId(0)
  return tokens.issueAccessToken({ userId, sessionId: userId, role: 'instructor', generation: 0 }).accessToken
}

async function post(url: string, path: string, token: string, body?: object): Promise<{ id: string }> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`POST ${path} answers ${response.status}: ${text}`)
  return JSON.parse(text)
}
