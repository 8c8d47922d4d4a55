import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { createMetrics } from '#platform/metrics/metrics.ts'
import { createBareServer } from '#support/bare-server.ts'

/** A server that allows `requestsPerMinute`, with a clock of its own; the account is the header x-account. */
function limitedServer(t: TestContext, requestsPerMinute: number, clientsRemembered = 1000) {
  const metrics = createMetrics()
  let milliseconds = 1_000_000
  const app = createBareServer(t, {
    metrics,
    trustedProxies: ['127.0.0.1'],
    rateLimit: {
      requestsPerMinute,
      clientsRemembered,
      accountOf: ({ headers }) => (headers['x-account'] as string | undefined) ?? null,
      now: () => milliseconds,
    },
  })
  app.get('/things', async () => ({}))
  app.get('/health', { config: { monitoring: true } }, async () => ({}))
  return {
    metrics,
    advance: (seconds: number) => {
      milliseconds += seconds * 1000
    },
    get: (address: string, account?: string, url = '/things') =>
      app.inject({
        url,
        headers: { 'x-forwarded-for': address, ...(account !== undefined && { 'x-account': account }) },
      }),
  }
}

describe('the limit of a client', () => {
  test('429 when it is used up, with the time to wait; every answer tells what is left', async (t) => {
    const { get, metrics } = limitedServer(t, 60)
    for (let left = 59; left >= 0; left--) {
      const { statusCode, headers } = await get('192.0.2.1')
      assert.equal(statusCode, 200)
      assert.equal(headers['ratelimit-policy'], '"default";q=60;w=60')
      assert.equal(headers.ratelimit, `"default";r=${left};t=${60 - left}`)
    }
    const refused = await get('192.0.2.1')
    assert.equal(refused.statusCode, 429)
    assert.equal(refused.json().type, '/problems/request/rate-limited')
    assert.equal(refused.headers['retry-after'], '1')
    assert.equal(refused.headers.ratelimit, '"default";r=0;t=1')
    assert.match(await metrics.metrics(), /lms_http_rate_limited_total\{client="network"\} 1/)
  })

  test('comes back bit by bit, and never grows beyond one minute', async (t) => {
    const { get, advance } = limitedServer(t, 60)
    for (let i = 0; i < 60; i++) await get('192.0.2.1')
    advance(2)
    const statuses = [await get('192.0.2.1'), await get('192.0.2.1'), await get('192.0.2.1')].map(
      (one) => one.statusCode,
    )
    assert.deepEqual(statuses, [200, 200, 429])
    advance(3600)
    assert.equal((await get('192.0.2.1')).headers.ratelimit, '"default";r=59;t=1')
  })

  test('waiting as long as Retry-After says is enough', async (t) => {
    const { get, advance } = limitedServer(t, 7)
    for (let i = 0; i < 7; i++) await get('192.0.2.1')
    const wait = Number((await get('192.0.2.1')).headers['retry-after'])
    assert.equal(wait, 9)
    advance(wait)
    assert.equal((await get('192.0.2.1')).statusCode, 200)
  })

  test('is its own: another network and another account are not touched', async (t) => {
    const { get } = limitedServer(t, 2)
    for (let i = 0; i < 3; i++) await get('192.0.2.1')
    assert.equal((await get('192.0.2.1')).statusCode, 429)
    assert.equal((await get('192.0.2.2')).statusCode, 200)
    assert.equal((await get('192.0.2.1', 'ada')).statusCode, 200)
  })

  test('a school behind one address: each of 100 signed-in users has a limit of his own', async (t) => {
    const { get } = limitedServer(t, 5)
    for (let user = 0; user < 100; user++) {
      for (let i = 0; i < 5; i++) assert.equal((await get('192.0.2.1', `user-${user}`)).statusCode, 200)
    }
    assert.equal((await get('192.0.2.1', 'user-1')).statusCode, 429)
  })

  test('an account is one client wherever it comes from', async (t) => {
    const { get, metrics } = limitedServer(t, 2)
    await get('192.0.2.1', 'ada')
    await get('192.0.2.2', 'ada')
    assert.equal((await get('192.0.2.3', 'ada')).statusCode, 429)
    assert.match(await metrics.metrics(), /lms_http_rate_limited_total\{client="account"\} 1/)
  })

  test('covers addresses that there are not; health checks are never counted', async (t) => {
    const { get } = limitedServer(t, 2)
    for (let i = 0; i < 2; i++) assert.equal((await get('192.0.2.1', undefined, '/nothing')).statusCode, 404)
    assert.equal((await get('192.0.2.1', undefined, '/nothing')).statusCode, 429)
    const { statusCode, headers } = await get('192.0.2.1', undefined, '/health')
    assert.equal(statusCode, 200)
    assert.equal(headers.ratelimit, undefined)
  })

  test('nobody gets another one by X-Forwarded-For: only what the trusted proxy adds is believed', async (t) => {
    const { get } = limitedServer(t, 1)
    assert.equal((await get('192.0.2.1')).statusCode, 200)
    assert.equal((await get('203.0.113.9, 192.0.2.1')).statusCode, 429)
    const direct = createBareServer(t, {
      rateLimit: { requestsPerMinute: 1, accountOf: () => null, now: () => 1_000_000 },
    })
    direct.get('/things', async () => ({}))
    const ask = (address: string) => direct.inject({ url: '/things', headers: { 'x-forwarded-for': address } })
    assert.equal((await ask('192.0.2.1')).statusCode, 200)
    assert.equal((await ask('192.0.2.2')).statusCode, 429)
  })

  test('0 means none', async (t) => {
    const { get } = limitedServer(t, 0)
    const { headers, statusCode } = await get('192.0.2.1')
    assert.equal(statusCode, 200)
    assert.equal(headers.ratelimit, undefined)
  })

  test('of clients without end the longest silent are forgotten', async (t) => {
    const { get } = limitedServer(t, 1, 100)
    await get('192.0.2.1')
    for (let i = 0; i < 49; i++) await get(`10.0.0.${i}`)
    assert.equal((await get('192.0.2.1')).statusCode, 429)
    for (let i = 0; i < 100; i++) await get(`10.0.1.${i}`)
    assert.equal((await get('192.0.2.1')).statusCode, 200)
  })
})
