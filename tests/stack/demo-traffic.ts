import { request as httpsRequest } from 'node:https'
import { domain } from './edge.ts'

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** One request through the public door, as a client far away would send it. */
function ask(
  port: number,
  method: string,
  path: string,
  { body, token }: { readonly body?: unknown; readonly token?: string } = {},
): Promise<Answer> {
  return new Promise((succeed, fail) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    const headers = {
      host: domain,
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      ...(token && { authorization: `Bearer ${token}` }),
    }
    const options = { host: '127.0.0.1', port, path, method, headers, servername: domain, rejectUnauthorized: false }
    const request = httpsRequest(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const content = Buffer.concat(chunks).toString()
        const isJson = /json/.test(response.headers['content-type'] ?? '') && content !== ''
        succeed({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(content) : {} })
      })
    })
    request.on('error', fail)
    request.end(text)
  })
}

export interface DemoAccounts {
  readonly password: string
  readonly emails: readonly string[]
}

/** The logins that `seed-demo` prints. */
export function readLogins(output: string): DemoAccounts {
  const password = /with the password (\S+) as/.exec(output)?.[1] ?? ''
  return { password, emails: [...output.matchAll(/\S+@\S+/g)].map(([email]) => email) }
}

/** Longer than this people do not keep a token here; it lives for fifteen minutes. */
const TOKEN_MS = 5 * 60_000

/** Seldom enough not to look like an attack. */
const ROUNDS_PER_MISTAKE = 8

/** What students, staff and strangers do, round by round: reading, wrong passwords, wrong addresses. */
export function createTraffic(port: number, accounts: DemoAccounts): () => Promise<void> {
  const tokens = new Map<string, { readonly token: string; readonly since: number }>()
  let round = 0
  return async () => {
    await playRound(port, accounts, tokens)
    if (round++ % ROUNDS_PER_MISTAKE !== 0) return
    await ask(port, 'POST', '/api/v1/auth/login', { body: { email: 'stranger@example.org', password: 'guessed' } })
  }
}

async function playRound(
  port: number,
  { emails, password }: DemoAccounts,
  tokens: Map<string, { readonly token: string; readonly since: number }>,
): Promise<void> {
  for (const email of emails) {
    const kept = tokens.get(email)
    let token = kept?.token ?? ''
    if (!kept || performance.now() - kept.since > TOKEN_MS) {
      const login = await ask(port, 'POST', '/api/v1/auth/login', { body: { email, password } })
      token = String((login.body as { accessToken?: string }).accessToken ?? '')
      tokens.set(email, { token, since: performance.now() })
    }
    for (const path of ['/users/me', '/users/me/dashboard', '/courses', '/enrollments', '/users/me/files']) {
      await ask(port, 'GET', `/api/v1${path}`, { token })
    }
    await ask(port, 'GET', '/api/v1/admin/users', { token })
  }
  await ask(port, 'GET', '/wp-login.php')
  for (let count = 0; count < 5; count++) await ask(port, 'GET', '/api/v1/courses')
}

/** What staff, then a student do once: writing a course with a quiz, answering it right, and reviewing the course. */
export async function takeCourse(port: number, { emails, password }: DemoAccounts): Promise<void> {
  const [staff = '', , student = ''] = emails
  const expect = async (token: string, method: string, path: string, body?: unknown) => {
    const answer = await ask(port, method, `/api/v1${path}`, { token, ...(body !== undefined && { body }) })
    if (answer.status > 299) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body as { id: string; accessToken: string; results: { enrollmentId: string }[] }
  }
  const logIn = async (email: string) => (await expect('', 'POST', '/auth/login', { email, password })).accessToken
  const teacher = await logIn(staff)
  const create = (path: string, body: unknown) => expect(teacher, 'POST', path, body)
  const course = await create('/courses', { title: 'Water', summary: 'Why ice floats' })
  const { id: moduleId } = await create(`/courses/${course.id}/modules`, { title: 'Ice' })
  const lesson = { type: 'quiz', title: 'What floats', content: {}, status: 'published' }
  const { id: lessonId } = await create(`/modules/${moduleId}/lessons`, lesson)
  const page = {
    type: 'page',
    title: 'Ice',
    content: { format: 'markdown', source: 'It floats.' },
    status: 'published',
  }
  const { id: pageId } = await create(`/modules/${moduleId}/lessons`, page)
  const bank = await create(`/courses/${course.id}/question-banks`, { title: 'Ice' })
  const content = { type: 'true-false', prompt: 'Ice floats.', correct: true }
  const question = await create(`/question-banks/${bank.id}/questions`, { content })
  const items = [{ kind: 'question', questionId: question.id, points: '5' }]
  const quiz = await create(`/lessons/${lessonId}/quiz`, { items, passingPercent: '50' })
  await create(`/courses/${course.id}/publish`, undefined)
  const { results } = await create(`/courses/${course.id}/enrollments/bulk`, { rows: [{ email: student }] })
  const learner = await logIn(student)
  const attempt = await expect(learner, 'POST', `/quizzes/${quiz.id}/attempts`)
  const answer = { sequence: 1, answer: { value: true } }
  await expect(learner, 'PUT', `/attempts/${attempt.id}/answers/1`, answer)
  await expect(learner, 'POST', `/attempts/${attempt.id}/submit`)
  await expect(learner, 'POST', `/enrollments/${results[0]?.enrollmentId}/lessons/${pageId}/complete`)
  await expect(learner, 'POST', `/courses/${course.id}/reviews`, { rating: 5, text: 'Now I know why it floats.' })
}
