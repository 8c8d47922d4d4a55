import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { FastifyReply } from 'fastify'
import type { Kysely } from 'kysely'
import { Type } from 'typebox'
import { recordAudit, system } from '#modules/audit/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { createMetrics } from '#platform/metrics/metrics.ts'
import { defineProblem } from '#platform/problem/problem.ts'
import { createBareServer } from '#support/bare-server.ts'
import { eventually } from '#support/eventually.ts'
import { createTestDatabase } from '#support/test-database.ts'
import type { Database } from '../../database.ts'
import { idempotentRoutes } from './idempotent-routes.ts'
import { purgeExpiredClaims } from './queries.ts'

const outOfThings = defineProblem({
  code: 'things/none-left',
  status: 409,
  title: 'None left',
  advice: '-',
  detail: () => '-',
})

type Step = (reply: FastifyReply) => Promise<unknown>

/** A server with one route that makes a thing (a line of the audit log) and runs the test's steps around it. */
async function startThings(t: TestContext, db?: Kysely<Database>) {
  const database = db ? undefined : await createTestDatabase()
  const handle = db ?? (database as { db: Kysely<Database> }).db
  const steps: { beforeTransaction?: Step; beforeCommit?: Step; afterCommit?: Step } = {}
  let offsetMs = 0
  const now = () => new Date(Date.now() + offsetMs)
  const metrics = createMetrics()
  const app = createBareServer(t, { metrics })
  const accountOf = (request: { headers: Record<string, unknown> }) => (request.headers['x-account'] as string) ?? null
  idempotentRoutes(app, { db: handle, metrics, now, accountOf })
  app.post(
    '/things',
    { config: { idempotent: true }, schema: { body: Type.Object({ name: Type.String({ maxLength: 100 }) }) } },
    async (request, reply) => {
      const { name } = request.body
      await steps.beforeTransaction?.(reply)
      await inTransaction(handle, async (tx) => {
        await recordAudit(tx, system, { action: 'thing.made', subjectType: 'thing', subjectId: name }, now())
        await steps.beforeCommit?.(reply)
      })
      await steps.afterCommit?.(reply)
      return reply.code(201).header('location', `/things/${name}`).send({ name, madeAt: performance.now() })
    },
  )
  await app.ready()
  t.after(() => database?.drop())
  return {
    db: handle,
    steps,
    metrics,
    now,
    advance: (seconds: number) => {
      offsetMs += seconds * 1000
    },
    make: (key: string | null, name = 'one', headers: Record<string, string> = {}) =>
      app.inject({
        method: 'POST',
        url: '/things',
        payload: { name },
        headers: { ...(key !== null && { 'idempotency-key': key }), ...headers },
      }),
    count: async () => (await handle.selectFrom('audit_event').select('id').execute()).length,
  }
}

const never = () => new Promise<never>(() => {})
const codeOf = (response: { json(): { type: string } }) => response.json().type.replace('/problems/', '')

describe('a request with an Idempotency-Key', () => {
  test('201 once; the same request again gets the same response, marked, and has no second effect', async (t) => {
    const things = await startThings(t)
    const first = await things.make('key-1')
    const again = await things.make('key-1')
    assert.equal(first.statusCode, 201, first.body)
    assert.equal(first.headers['idempotency-replayed'], undefined)
    assert.equal(again.statusCode, 201)
    assert.equal(again.body, first.body)
    assert.equal(again.headers.location, '/things/one')
    assert.equal(again.headers['content-type'], first.headers['content-type'])
    assert.equal(again.headers['idempotency-replayed'], 'true')
    assert.equal(await things.count(), 1)
    assert.match(await things.metrics.metrics(), /lms_http_idempotent_requests_total{outcome="replayed"} 1/)
  })

  test('201 for each request without a key', async (t) => {
    const things = await startThings(t)
    await things.make(null)
    await things.make(null)
    assert.equal(await things.count(), 2)
  })

  test('422 when the key comes with another request', async (t) => {
    const things = await startThings(t)
    await things.make('key-1', 'one')
    const other = await things.make('key-1', 'two')
    assert.equal(other.statusCode, 422)
    assert.equal(codeOf(other), 'request/idempotency-key-reused')
    assert.equal(await things.count(), 1)
  })

  test('201 for the same key of another account: keys are private', async (t) => {
    const things = await startThings(t)
    await things.make('key-1', 'one', { 'x-account': 'ada' })
    const other = await things.make('key-1', 'two', { 'x-account': 'bob' })
    assert.equal(other.statusCode, 201)
    assert.equal(await things.count(), 2)
  })

  test('of 20 at the same time one has its effect; the others are told so or get its response', async (t) => {
    const things = await startThings(t)
    const responses = await Promise.all(Array.from({ length: 20 }, () => things.make('key-1')))
    const winners = responses.filter((one) => one.statusCode === 201 && !one.headers['idempotency-replayed'])
    assert.equal(winners.length, 1)
    for (const response of responses.filter((one) => one.statusCode !== 201)) {
      assert.equal(codeOf(response), 'request/still-running')
      assert.equal(response.headers['retry-after'], '2')
    }
    assert.equal(await things.count(), 1)
    assert.equal((await things.make('key-1')).body, winners[0]?.body)
  })

  test('400 for a key that is none, and for an invalid body, which uses no key up', async (t) => {
    const things = await startThings(t)
    assert.equal((await things.make('two words')).json().errors[0].pointer, '/headers/idempotency-key')
    assert.equal((await things.make('x'.repeat(256))).statusCode, 400)
    assert.equal((await things.make('key-1', 'x'.repeat(101))).statusCode, 400)
    assert.equal((await things.make('key-1')).statusCode, 201)
  })

  test('the key is new again after 24 hours, and the purge removes it', async (t) => {
    const things = await startThings(t)
    await things.make('key-1')
    await things.make('key-2')
    things.advance(24 * 3600)
    assert.equal((await things.make('key-1', 'another')).statusCode, 201)
    assert.equal(await purgeExpiredClaims(things.db as never, things.now()), 1)
    const left = await things.db.selectFrom('idempotency_claim').select('id').execute()
    assert.equal(left.length, 1)
  })
})

describe('a keyed request that fails', () => {
  test('a refusal is kept and replayed; nothing was made', async (t) => {
    const things = await startThings(t)
    things.steps.beforeCommit = async () => {
      throw outOfThings()
    }
    const refused = await things.make('key-1')
    things.steps.beforeCommit = async () => {}
    const again = await things.make('key-1')
    assert.equal(refused.statusCode, 409)
    assert.equal(again.body, refused.body)
    assert.equal(again.headers['content-type'], 'application/problem+json')
    assert.equal(await things.count(), 0)
  })

  test('a fault before the commit is not kept: the retry has its effect at once', async (t) => {
    const things = await startThings(t)
    things.steps.beforeCommit = async () => {
      throw new Error('broken')
    }
    assert.equal((await things.make('key-1')).statusCode, 500)
    things.steps.beforeCommit = async () => {}
    assert.equal((await things.make('key-1')).statusCode, 201)
    assert.equal(await things.count(), 1)
  })

  test('409 after a fault behind the commit: the outcome is known, the response is lost', async (t) => {
    const things = await startThings(t)
    things.steps.afterCommit = async () => {
      throw new Error('broken')
    }
    assert.equal((await things.make('key-1')).statusCode, 500)
    things.steps.afterCommit = async () => {}
    const retry = await things.make('key-1')
    assert.equal(retry.statusCode, 409)
    assert.equal(codeOf(retry), 'request/outcome-known-response-lost')
    assert.equal(await things.count(), 1)
  })

  test('a response over 64 KiB is not kept, and the retry is told so', async (t) => {
    const things = await startThings(t)
    things.steps.afterCommit = async (reply) => reply.code(201).send({ text: 'x'.repeat(65 * 1024) })
    assert.equal((await things.make('key-1')).statusCode, 201)
    assert.equal(codeOf(await things.make('key-1')), 'request/outcome-known-response-lost')
    assert.equal(await things.count(), 1)
  })
})

// A handler that never goes on is, seen from the database, a process that was killed at that point.
describe('a process that dies during a keyed request', () => {
  test('after the commit: never a second effect, first "still running", then "response lost"', async (t) => {
    const dead = await startThings(t)
    dead.steps.afterCommit = never
    void dead.make('key-1')
    await eventually(async () => assert.equal(await dead.count(), 1))
    const next = await startThings(t, dead.db)
    assert.equal(codeOf(await next.make('key-1')), 'request/still-running')
    next.advance(31)
    assert.equal(codeOf(await next.make('key-1')), 'request/outcome-known-response-lost')
    assert.equal(codeOf(await next.make('key-1', 'two')), 'request/idempotency-key-reused')
    assert.equal(await next.count(), 1)
  })

  test('before the commit: after its lease another one takes over, and the dead one cannot commit any more', async (t) => {
    const slow = await startThings(t)
    const { promise: isAwake, resolve: wake } = Promise.withResolvers<void>()
    const { promise: isClaimed, resolve: claimed } = Promise.withResolvers<void>()
    slow.steps.beforeTransaction = () => {
      claimed()
      return isAwake
    }
    const late = slow.make('key-1')
    await isClaimed
    const next = await startThings(t, slow.db)
    assert.equal(codeOf(await next.make('key-1')), 'request/still-running')
    next.advance(31)
    const takers = await Promise.all(Array.from({ length: 5 }, () => next.make('key-1')))
    assert.equal(takers.filter((one) => one.statusCode === 201 && !one.headers['idempotency-replayed']).length, 1)
    wake()
    assert.equal((await late).statusCode, 409)
    assert.equal(await next.count(), 1)
    assert.equal((await next.make('key-1')).headers['idempotency-replayed'], 'true')
  })
})
