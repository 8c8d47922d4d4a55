import assert from 'node:assert/strict'
import { randomInt, randomUUID } from 'node:crypto'
import { describe } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { type Inspect, testOnBothDatabases } from '#support/both-databases.ts'
import type { ProductProcess } from '#support/product-process.ts'
import type { Database } from '../../src/database.ts'

const ROUNDS = 8
const REQUESTS = 8
const settings = {
  PASSWORD_HASH_MEMORY_KIB: '8',
  PASSWORD_HASH_PASSES: '1',
  RATE_LIMIT_PER_MINUTE: '0',
  LOG_LEVEL: 'warn',
}
const credentials = { email: 'ada@example.org', password: 'a long enough password' }

interface Call {
  readonly key: string
  readonly title: string
}

async function post(product: ProductProcess, path: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${product.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as { type?: string; accessToken?: string }
  return { status: response.status, headers: response.headers, body: answer }
}

/** Sends every call at once and kills the process in the middle of them; resolves with those that were answered 201. */
async function callAndKill(product: ProductProcess, token: string, calls: readonly Call[]): Promise<Call[]> {
  const answered: Call[] = []
  const sent = calls.map(async (call) => {
    try {
      const { status } = await create(product, token, call)
      if (status === 201) answered.push(call)
    } catch {
      // The connection went with the process.
    }
  })
  await delay(randomInt(2, 40))
  await product.kill()
  await Promise.all(sent)
  return answered
}

function create(product: ProductProcess, token: string, { key, title }: Call) {
  return post(product, '/courses', { title }, { authorization: `Bearer ${token}`, 'idempotency-key': key })
}

/** What must hold whenever the process was killed: an effect and the mark of its key exist together or not at all. */
async function assertConsistent(db: Kysely<Database>, answered: readonly Call[]): Promise<number> {
  const courses = await db.selectFrom('course').select('title').execute()
  const claims = await db.selectFrom('idempotency_claim').select('state').execute()
  const titles = courses.map(({ title }) => title)
  assert.deepEqual([...new Set(titles)], titles, 'no effect happened twice')
  assert.equal(claims.filter(({ state }) => state !== 'running').length, titles.length)
  for (const { title } of answered) assert.ok(titles.includes(title), 'what was acknowledged is there')
  return titles.length
}

async function killAndRetry(product: ProductProcess, inspect: Inspect) {
  await post(product, '/auth/register', { ...credentials, fullName: 'Ada' })
  await product.kill()
  await inspect((db) => db.updateTable('user_account').set({ role: 'instructor' }).execute())
  await product.start()
  const token = (await post(product, '/auth/login', credentials)).body.accessToken ?? ''

  const everAnswered: Call[] = []
  let unanswered = 0
  for (let round = 0; round < ROUNDS; round++) {
    const calls = Array.from({ length: REQUESTS }, (_, i) => ({ key: randomUUID(), title: `Course ${round}-${i}` }))
    const answered = await callAndKill(product, token, calls)
    everAnswered.push(...answered)
    unanswered += calls.length - answered.length
    await inspect((db) => assertConsistent(db, everAnswered))
    await product.start()
    for (const call of calls) {
      const { status, headers, body } = await create(product, token, call)
      if (answered.includes(call)) assert.equal(headers.get('idempotency-replayed'), 'true')
      assert.ok(status === 201 || body.type === '/problems/request/still-running', JSON.stringify(body))
      if (status === 201) everAnswered.push(call)
    }
  }
  await product.kill()
  const effects = await inspect((db) => assertConsistent(db, everAnswered))
  assert.ok(effects > 0 && unanswered > 0, `${effects} effects, ${unanswered} calls without an answer`)
}

describe('kill -9 in the middle of keyed requests: no retry has a second effect, nothing acknowledged is lost', () => {
  testOnBothDatabases(settings, killAndRetry)
})
