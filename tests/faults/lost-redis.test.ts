import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '#support/eventually.ts'
import { startPostgres } from '#support/postgres-server.ts'
import { startProduct } from '#support/product-process.ts'
import { startRedis } from '#support/redis-server.ts'
import { type Answer, assertUnavailable, call, openClassroom, unlimited } from './fixtures/classroom.ts'

const ANSWER_SECONDS = 3
const LIMIT_PER_MINUTE = 600
/** Each client of the load stays well below the limit, however long the machine takes. */
const PACE_MS = 150

/** A product under load: visitors read the catalogue, students read and complete; every answer is kept. */
async function createLoad(t: TestContext, failsClosed: boolean) {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  t.after(postgres.stop)
  t.after(redis.stop)
  const settings = {
    ...unlimited,
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    TASKS_FORCE_INLINE: 'false',
    RATE_LIMIT_PER_MINUTE: String(LIMIT_PER_MINUTE),
    ACCESS_TOKEN_BLACKLIST_FAIL_CLOSED: String(failsClosed),
  }
  const product = await startProduct({ role: 'serve', settings })
  t.after(product.stop)
  const { students, lessonIds, courseId } = await openClassroom(product, { students: 5, lessons: 5 })
  const [greedy, ...learners] = students
  assert.ok(greedy)

  const answers: { visitors: Answer[]; signedIn: Answer[] } = { visitors: [], signedIn: [] }
  let isOver = false
  async function repeat(kept: Answer[], send: (round: number) => Promise<Answer>): Promise<void> {
    for (let round = 0; !isOver; round++) {
      kept.push(await send(round))
      await delay(PACE_MS)
    }
  }
  const load = Promise.all([
    repeat(answers.visitors, () => call(product, 'GET', '/courses?q=algebra')),
    repeat(answers.visitors, () => call(product, 'GET', `/courses/${courseId}`)),
    ...learners.map(({ enrollmentId, call: ask }) =>
      repeat(answers.signedIn, (round) => {
        const lessonId = lessonIds[Math.floor(round / 3) % lessonIds.length]
        if (round % 3 === 0) return ask('POST', `/enrollments/${enrollmentId}/lessons/${lessonId}/complete`)
        return ask('GET', round % 3 === 1 ? `/lessons/${lessonId}` : `/enrollments/${enrollmentId}/progress`)
      }),
    ),
  ])
  load.catch(() => {}) // awaited by `end`

  return {
    product,
    redis,
    greedy,
    /** Resolves with the answers to requests that were sent from now on, at least `count` of each kind. */
    async next(count: number) {
      const ofVisitors = answers.visitors.length + 2
      const ofSignedIn = answers.signedIn.length + learners.length
      await eventually(() => {
        assert.ok(answers.visitors.length >= ofVisitors + count && answers.signedIn.length >= ofSignedIn + count)
      })
      return { visitors: answers.visitors.slice(ofVisitors), signedIn: answers.signedIn.slice(ofSignedIn) }
    },
    /** Stops the load; rejects when one of its requests was not answered. */
    async end() {
      isOver = true
      await load
      return answers
    },
  }
}

type Load = Awaited<ReturnType<typeof createLoad>>

const isReady = ({ product }: Load) => call(product, 'GET', '/ready')

/** Sends what one client may send in a minute, and a little more. */
async function spendLimit({ greedy }: Load): Promise<Answer[]> {
  const answers: Answer[] = []
  const spend = async () => {
    while (answers.length < LIMIT_PER_MINUTE + 100) answers.push(await greedy.call('GET', '/users/me'))
  }
  await Promise.all(Array.from({ length: 10 }, spend))
  return answers
}

function assertAll(answers: readonly Answer[], status: number): void {
  assert.ok(answers.length > 0)
  for (const { status: actual, text } of answers) assert.equal(actual, status, text)
}

/** Redis goes, `whileAway` looks, Redis comes back: everything works again, in the same process. */
async function outage(load: Load, whileAway: () => Promise<void>): Promise<void> {
  const before = await load.next(20)
  assertAll([...before.visitors, ...before.signedIn], 200)
  await load.redis.kill()
  await eventually(async () => assert.equal((await isReady(load)).status, 503))
  assert.equal((await call(load.product, 'GET', '/health')).status, 200)
  await whileAway()
  await load.redis.start()
  await eventually(async () => assert.equal((await isReady(load)).status, 200))
  const after = await load.next(20)
  assertAll([...after.visitors, ...after.signedIn], 200)
  const all = await load.end()
  for (const { seconds } of [...all.visitors, ...all.signedIn]) assert.ok(seconds < ANSWER_SECONDS, `${seconds} s`)
}

function limitedOf(answers: readonly Answer[]): Answer[] {
  return answers.filter(({ status }) => status === 429)
}

describe('Redis killed under load, and started again', { timeout: 120_000 }, () => {
  test('503 for whoever is signed in where the blacklist must be asked; visitors and rate limits notice nothing', async (t) => {
    const load = await createLoad(t, true)
    await outage(load, async () => {
      const { visitors, signedIn } = await load.next(20)
      assertAll(visitors, 200)
      for (const answer of signedIn) assertUnavailable(answer, ANSWER_SECONDS)
      const spent = await spendLimit(load)
      const limited = limitedOf(spent)
      assert.ok(limited.length > 0, 'the limit is kept')
      assertAll(
        spent.filter((one) => !limited.includes(one)),
        503,
      )
      assertAll((await load.next(5)).visitors, 200)
    })
  })

  test('200 for everybody where the signature may decide; rate limits are kept', async (t) => {
    const load = await createLoad(t, false)
    await outage(load, async () => {
      const { visitors, signedIn } = await load.next(20)
      assertAll([...visitors, ...signedIn], 200)
      const spent = await spendLimit(load)
      const limited = limitedOf(spent)
      assert.ok(Number(limited[0]?.headers.get('retry-after')) > 0)
      assert.ok(spent.length - limited.length > 0.9 * LIMIT_PER_MINUTE, `${limited.length} of ${spent.length} refused`)
      assertAll((await load.next(5)).signedIn, 200)
    })
    const metrics = await (await fetch(`${load.product.url}/metrics`)).text()
    assert.ok(/^lms_auth_blacklist_unavailable_total\{outcome="accepted"\} [1-9]/m.test(metrics), 'counted')
    const warnings = load.product.output().match(/the signature alone decided/g)?.length ?? 0
    assert.ok(warnings > 0 && warnings < 5, `the log was told ${warnings} times of hundreds`)
  })
})
