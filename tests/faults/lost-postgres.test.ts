import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { eventually } from '#support/eventually.ts'
import { startPostgres } from '#support/postgres-server.ts'
import { type ProductProcess, startProduct } from '#support/product-process.ts'
import { startRedis } from '#support/redis-server.ts'
import { type Answer, assertUnavailable, call, openClassroom, type Student, unlimited } from './fixtures/classroom.ts'

const ANSWER_SECONDS = 5
const RETRY_MS = 20

/** Completes one lesson after the other, each until it is acknowledged; tells of every answer. */
async function learn(student: Student, lessonIds: readonly string[], onAnswer: (answer: Answer) => void) {
  for (const lessonId of lessonIds) {
    for (;;) {
      const answer = await student.call('POST', `/enrollments/${student.enrollmentId}/lessons/${lessonId}/complete`)
      onAnswer(answer)
      if (answer.status === 200) break
      await delay(RETRY_MS)
    }
  }
}

async function selectCompleted(url: string): Promise<{ lessons: number; summaries: number; percent: number }> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(`select
      (select count(*)::int from lesson_progress where completed_at is not null) as lessons,
      (select sum(completed_lessons)::int from course_progress) as summaries,
      (select min(percent)::int from course_progress) as percent`)
    return rows[0]
  } finally {
    await client.end()
  }
}

/** Asks for everything the product says of itself and of courses while its database is away. */
async function assertOutage(product: ProductProcess, student: Student): Promise<void> {
  const ready = await eventually(async () => {
    const answer = await call(product, 'GET', '/ready')
    assert.equal(answer.status, 503)
    return answer
  })
  assert.equal(JSON.parse(ready.text).components.database.status, 'down')
  assert.ok(ready.seconds < ANSWER_SECONDS)
  const health = await call(product, 'GET', '/health')
  assert.equal(health.status, 200)
  assert.ok(health.seconds < 1, `health after ${health.seconds} s`)
  assert.equal((await fetch(`${product.url}/metrics`)).status, 200)
  const body = { email: 'student-0@example.org', password: 'a long enough password' }
  const refused = await Promise.all([
    student.call('GET', '/users/me'),
    student.call('GET', `/enrollments/${student.enrollmentId}/progress`),
    call(product, 'GET', '/courses?q=algebra'),
    call(product, 'POST', '/auth/login', body),
    call(product, 'POST', '/auth/register', { ...body, email: 'new@example.org', fullName: 'New' }),
  ])
  for (const answer of refused) assertUnavailable(answer, ANSWER_SECONDS)
}

test('PostgreSQL killed under writers: 503 at once while it is away, recovery alone, nothing acknowledged lost', {
  timeout: 120_000,
}, async (t) => {
  const [postgres, redis] = await Promise.all([startPostgres({ durable: true }), startRedis()])
  t.after(postgres.stop)
  t.after(redis.stop)
  const product = await startProduct({
    role: 'serve',
    settings: { ...unlimited, DATABASE_URL: postgres.url, REDIS_URL: redis.url, TASKS_FORCE_INLINE: 'false' },
  })
  t.after(product.stop)
  const { students, lessonIds } = await openClassroom(product, { students: 12, lessons: 40 })

  let acknowledged = 0
  let refused = 0
  const learning = Promise.all(
    students.map((student) =>
      learn(student, lessonIds, (answer) => {
        if (answer.status === 200) acknowledged++
        else {
          refused++
          assertUnavailable(answer, ANSWER_SECONDS)
        }
      }),
    ),
  )
  learning.catch(() => {}) // awaited below; a failure before must not end the process

  for (const share of [0.2, 0.5]) {
    const [refusedBefore, enough] = [refused, share * students.length * lessonIds.length]
    await eventually(() => assert.ok(acknowledged > enough, `${acknowledged} of ${enough}`), { everyMs: 1 })
    await postgres.kill()
    await assertOutage(product, students[0] as Student)
    assert.ok(refused > refusedBefore, 'the writers met the outage')
    const acknowledgedBefore = acknowledged
    await postgres.start()
    assert.ok((await selectCompleted(postgres.url)).lessons >= acknowledgedBefore, 'what was acknowledged is stored')
    await eventually(async () => assert.equal((await call(product, 'GET', '/ready')).status, 200))
  }
  await learning
  const expected = students.length * lessonIds.length
  assert.equal(acknowledged, expected)
  assert.deepEqual(await selectCompleted(postgres.url), { lessons: expected, summaries: expected, percent: 100 })
  assert.equal((await fetch(`${product.url}/api/v1/health`)).status, 200)
})
