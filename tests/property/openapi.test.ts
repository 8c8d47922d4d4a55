import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeCertificate } from '#support/certificates.ts'
import { makeCourse } from '#support/courses.ts'
import { enroll } from '#support/enrollments.ts'
import { addCategory, addItem } from '#support/gradebook.ts'
import { type ApiClient, createHarness } from '#support/harness.ts'
import { makeBank, makeQuestion } from '#support/questions.ts'
import { makeQuiz, start, submit } from '#support/quizzes.ts'
import { upload } from '#support/uploads.ts'
import { type FuzzRequest, type OpenApi, operationsOf, requestsTo } from './operations.ts'

const REQUESTS = Number(process.env.TEST_FUZZ_REQUESTS ?? 20_000)
const SEED = Number(process.env.TEST_FUZZ_SEED ?? 20_261_124)
const ANSWER_WITHIN_MS = 10_000

const roles = ['student', 'instructor', 'administrator'] as const
type Caller = (typeof roles)[number] | 'visitor'
const callerOf = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Caller>('visitor') },
  { weight: 4, arbitrary: fc.constantFrom<Caller>(...roles) },
)

test(`no request that our own OpenAPI can produce is answered 5xx, and every refusal is documented (${REQUESTS} requests)`, {
  timeout: 1_200_000,
}, async (t) => {
  const harness = await createHarness(t, {
    settings: { LOGIN_FAILURES_PER_ACCOUNT: '1000', LOGIN_FAILURES_PER_NETWORK: '100000' },
  })
  const callers = new Map<Caller, ApiClient>([['visitor', harness.visitor]])
  for (const role of roles) callers.set(role, await harness.signUp(role))
  const document = (await harness.visitor.get('/openapi.json')).json() as OpenApi
  const resolve = (ref: string) => document.components?.schemas?.[ref.split('/').at(-1) ?? ''] ?? {}
  const seen = new Map<string, Set<string>>()
  const known = (name: string) => {
    const ids = seen.get(name)
    // `prerequisiteId` is some lesson or course: try whatever there is.
    return ids ? [...ids] : /Id$/.test(name) ? [...seen.values()].flatMap((some) => [...some].slice(0, 5)) : []
  }
  const perStatus = new Map<number, number>()
  const succeeded = new Set<string>()

  await makeWorld()

  for (const round of roundsOf(REQUESTS)) {
    // Ids that earlier rounds made flow into the next one, so that requests reach deeper and deeper.
    const operations = operationsOf(document).map((operation) => requestsTo(operation, resolve, known))
    const sent = fc.record({ request: fc.oneof(...operations), caller: callerOf })
    await fc.assert(
      fc.asyncProperty(sent, async ({ request, caller }) => {
        const response = await send(request, callers.get(caller)?.token ?? null)
        remember(response.json, request)
        count(request, response.status)
        assertDocumented(request, response)
        // It may have logged itself out or lost its role.
        if (response.status === 401 && caller !== 'visitor') callers.set(caller, await harness.signUp(caller))
      }),
      { numRuns: round.requests, seed: SEED + round.number, endOnFailure: true },
    )
  }
  const statuses = [...perStatus].sort(([one], [other]) => one - other)
  t.diagnostic(`seed ${SEED}: ${statuses.map(([status, many]) => `${status} × ${many}`).join(', ')}`)
  const never = operationsOf(document).flatMap(({ id }) => (succeeded.has(id) ? [] : [id]))
  t.diagnostic(`${succeeded.size} operations succeeded at least once; never: ${never.join(', ') || 'none'}`)
  assert.ok(succeeded.size > never.length, 'too few operations ever succeeded to prove anything')

  /** A few courses and enrollments, so that the first requests already meet something. */
  async function makeWorld(): Promise<void> {
    const student = callers.get('student') ?? harness.visitor
    for (const author of ['instructor', 'administrator'] as const) {
      const course = await makeCourse(callers.get(author) ?? harness.visitor, {
        lessons: [{}, {}, { isPreview: true }, { type: 'assignment', content: {} }],
      })
      keep('courseId', course.courseId)
      keep('moduleId', course.moduleId)
      for (const lessonId of course.lessonIds) keep('lessonId', lessonId)
      keep('enrollmentId', await enroll(student, course.courseId))
      const file = await upload(callers.get(author) ?? harness.visitor, { courseId: course.courseId })
      keep('fileId', file.id)
      const bankId = await makeBank(callers.get(author) ?? harness.visitor, course.courseId)
      keep('bankId', bankId)
      const [lessonId] = course.lessonIds.slice(-1)
      const assignment = { instructions: 'Write.', pointsPossible: '10', filesMax: 2, due: '2026-11-25T23:59' }
      await callers.get(author)?.put(`/lessons/${lessonId}/assignment`, assignment)
      const handedIn = await student.post(`/lessons/${lessonId}/submissions`, { text: 'My essay.' })
      keep('submissionId', handedIn.json().submissionId)
      keep('itemId', await addItem(callers.get(author) ?? harness.visitor, course.courseId))
      keep('categoryId', await addCategory(callers.get(author) ?? harness.visitor, course.courseId, { weight: '40' }))
      keep('questionId', (await makeQuestion(callers.get(author) ?? harness.visitor, bankId)).id)
      await makeTakenQuiz(callers.get(author) ?? harness.visitor, student)
    }
    keep('number', (await makeCertificate(harness)).number)
  }

  /** A quiz with an attempt that waits for a grader, one that is open, and a regrade. */
  async function makeTakenQuiz(author: ApiClient, student: ApiClient): Promise<void> {
    const quiz = await makeQuiz(author, { questions: ['true-false', 'essay'], quiz: { attemptsAllowed: null } })
    keep('courseId', quiz.courseId)
    keep('lessonId', quiz.lessonId)
    keep('quizId', quiz.quizId)
    keep('enrollmentId', await enroll(student, quiz.courseId))
    const attempt = await start(student, quiz.quizId)
    await student.put(`/attempts/${attempt.id}/answers/2`, { sequence: 1, answer: { text: 'Because.' } })
    await submit(student, attempt.id)
    keep('attemptId', attempt.id)
    keep('attemptId', (await start(student, quiz.quizId)).id)
    const [questionId] = quiz.questionIds
    const wish = { questionId, rule: 'full-points', reason: 'The key was wrong.' }
    const regrade = await author.post(`/quizzes/${quiz.quizId}/regrades`, wish)
    keep('regradeId', regrade.json().id)
    keep('questionId', questionId ?? '')
  }

  async function send({ operation, url, headers, body }: FuzzRequest, token: string | null) {
    const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS)
    const response = await Promise.race([
      harness.app.server.inject({
        method: operation.method as 'GET',
        url,
        headers: {
          ...headers,
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { payload: JSON.stringify(body) }),
      }),
      new Promise<never>((_resolve, reject) =>
        timeout.addEventListener('abort', () => reject(new Error(`no answer to ${operation.id}`))),
      ),
    ])
    const isJson = String(response.headers['content-type']).includes('json')
    return {
      status: response.statusCode,
      text: response.body,
      type: String(response.headers['content-type']),
      json: isJson && response.body ? response.json() : undefined,
    }
  }

  function assertDocumented(
    { operation, url, body }: FuzzRequest,
    { status, text, type, json }: Awaited<ReturnType<typeof send>>,
  ) {
    const told = () =>
      `${operation.id}: ${operation.method} ${url} ${JSON.stringify(body)?.slice(0, 500)} → ${status} ${text.slice(0, 500)}`
    if (status >= 500) assert.fail(`${told()}\n${harness.log.text().split('\n').slice(-4).join('\n')}`)
    if (status < 400) return
    if (!type.startsWith('application/problem+json')) assert.fail(`no problem document: ${told()}`)
    const code = String(json.type).replace('/problems/', '')
    if (!operation.documented.get(status)?.includes(code)) assert.fail(`undocumented refusal ${code}: ${told()}`)
  }

  function remember(answer: unknown, { operation }: FuzzRequest): void {
    if (!answer || typeof answer !== 'object') return
    const ids = JSON.stringify(answer).matchAll(/"(\w*[iI]d)":"([0-9a-f-]{36})"/g)
    for (const [, field = '', id = ''] of ids) {
      const names = field === 'id' ? [idName(operation.path)] : [field]
      for (const name of names) keep(name, id)
    }
  }

  function keep(name: string, id: string): void {
    const ids = seen.get(name) ?? new Set<string>()
    if (ids.size < 200) ids.add(id)
    seen.set(name, ids)
  }

  function count({ operation }: FuzzRequest, status: number): void {
    perStatus.set(status, (perStatus.get(status) ?? 0) + 1)
    if (status < 300) succeeded.add(operation.id)
  }
})

/** `/courses/{courseId}/grade-items` makes and lists things whose ids other addresses call `itemId`. */
function idName(path: string): string {
  const noun =
    path
      .split('/')
      .filter((part) => part && !part.startsWith('{'))
      .at(-1) ?? ''
  const word = noun.split('-').at(-1) ?? ''
  return `${word.replace(/ies$/, 'y').replace(/s$/, '')}Id`
}

function roundsOf(requests: number): { number: number; requests: number }[] {
  const rounds = Math.min(20, Math.max(1, Math.floor(requests / 200)))
  return Array.from({ length: rounds }, (_, number) => ({ number, requests: Math.ceil(requests / rounds) }))
}
