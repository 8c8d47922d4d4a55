import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { createBareServer } from '#support/bare-server.ts'

const APP = 'https://app.example.org'

function serverFor(t: TestContext, corsOrigins: readonly string[]) {
  const app = createBareServer(t, { corsOrigins, trustedHosts: ['*'] })
  let calls = 0
  app.post('/things', async () => ({ calls: ++calls }))
  return {
    call: (origin?: string) =>
      app.inject({ method: 'POST', url: '/things', headers: { ...(origin !== undefined && { origin }) } }),
    preflight: (origin: string, url = '/things') =>
      app.inject({
        method: 'OPTIONS',
        url,
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,idempotency-key',
        },
      }),
    calls: () => calls,
  }
}

describe('an allowed origin', () => {
  test('may read the answer and the headers that clients need', async (t) => {
    const { headers, statusCode } = await serverFor(t, [APP]).call(APP)
    assert.equal(statusCode, 200)
    assert.equal(headers['access-control-allow-origin'], APP)
    assert.equal(headers['cross-origin-resource-policy'], 'cross-origin')
    assert.equal(headers['access-control-allow-credentials'], undefined)
    assert.equal(headers.vary, 'Origin')
    const exposed = String(headers['access-control-expose-headers']).split(', ')
    for (const name of ['ETag', 'Location', 'RateLimit', 'Retry-After', 'X-Request-Id', 'Idempotency-Replayed']) {
      assert.ok(exposed.includes(name), name)
    }
  })

  test('204 to a preflight, without running the route, also where no route is', async (t) => {
    const { preflight, calls } = serverFor(t, [APP])
    for (const url of ['/things', '/nothing']) {
      const { headers, statusCode, body } = await preflight(APP, url)
      assert.equal(statusCode, 204)
      assert.equal(body, '')
      assert.equal(headers['access-control-allow-origin'], APP)
      assert.match(String(headers['access-control-allow-methods']), /PATCH/)
      assert.match(String(headers['access-control-allow-headers']), /Authorization.*Idempotency-Key.*If-Match/)
      assert.equal(headers['access-control-max-age'], '600')
      assert.equal(headers['x-content-type-options'], 'nosniff')
    }
    assert.equal(calls(), 0)
  })

  test('may read refusals, too', async (t) => {
    const app = createBareServer(t, { corsOrigins: [APP] })
    const { headers, statusCode } = await app.inject({ url: '/nothing', headers: { origin: APP } })
    assert.equal(statusCode, 404)
    assert.equal(headers['access-control-allow-origin'], APP)
  })
})

describe('another origin', () => {
  const others = ['https://app.example.org.evil.org', 'http://app.example.org', 'https://app.example.org:8443', 'null']
  for (const origin of others) {
    test(`${origin} may read nothing`, async (t) => {
      const { call, preflight } = serverFor(t, [APP])
      for (const { headers } of [await call(origin), await preflight(origin)]) {
        assert.equal(headers['access-control-allow-origin'], undefined)
        assert.equal(headers['cross-origin-resource-policy'], 'same-site')
      }
      // A cache must still keep the answers of origins apart.
      assert.equal((await call(origin)).headers.vary, 'Origin')
      assert.equal((await preflight(origin)).statusCode, 404)
    })
  }
})

test('without origins nothing is allowed, and caches need not keep anything apart', async (t) => {
  const { headers } = await serverFor(t, []).call(APP)
  assert.equal(headers['access-control-allow-origin'], undefined)
  assert.equal(headers.vary, undefined)
})

test('* allows any origin', async (t) => {
  const { headers } = await serverFor(t, ['*']).call('https://any.example')
  assert.equal(headers['access-control-allow-origin'], '*')
})
