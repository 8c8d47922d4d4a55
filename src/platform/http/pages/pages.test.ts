import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { createHarness } from '#support/harness.ts'

function assertPage(response: LightMyRequestResponse): void {
  assert.equal(response.statusCode, 200, response.body)
  assert.equal(response.headers['content-type'], 'text/html; charset=utf-8')
  const policy = String(response.headers['content-security-policy'])
  const style = /<style>(.*)<\/style>/s.exec(response.body)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  assert.ok(policy.includes(`style-src 'sha256-${hash}'`), 'the policy allows the style of the page')
  assert.ok(policy.startsWith("default-src 'none'; "))
  assert.equal(
    /<script|\son\w+=|style=|https?:\/\/(?!www\.w3\.org)/.test(response.body),
    false,
    'nothing else is needed',
  )
}

async function get(t: TestContext, url: string, headers = {}, settings = {}): Promise<LightMyRequestResponse> {
  const { app } = await createHarness(t, { settings })
  return app.server.inject({ url, headers })
}

describe('GET /', () => {
  test('200 says what runs, that it is ready, and where to go on; every link leads somewhere', async (t) => {
    const { app } = await createHarness(t, { settings: { PRODUCT_NAME: 'School <of> Life', RELEASE: 'r42' } })
    const page = await app.server.inject('/')
    assertPage(page)
    assert.match(page.body, /School &#60;of&#62; Life/)
    assert.match(page.body, /release r42/)
    assert.match(page.body, /class="state good">ready</)
    const links = [...page.body.matchAll(/<a href="([^"]+)"/g)].map(([, href = '']) => href)
    assert.deepEqual(links, [
      '/docs',
      '/api/v1/openapi.json',
      '/problems',
      '/api/v1/ready',
      '/api/v1/health',
      '/metrics',
    ])
    for (const link of links) assert.equal((await app.server.inject(link)).statusCode, 200, link)
  })

  test('200 says that it is not ready, and why', async (t) => {
    const { app } = await createHarness(t)
    app.drain()
    const page = await app.server.inject('/')
    assertPage(page)
    assert.match(page.body, /class="state bad">not ready</)
    assert.match(page.body, /process <span class="state bad">down<\/span> <span class="faint">draining/)
  })

  test('200 names only what is served', async (t) => {
    const page = await get(t, '/', {}, { ENABLE_API_DOCS: 'false', METRICS_ENABLED: 'false' })
    assert.equal(page.body.includes('href="/docs"'), false)
    assert.equal(page.body.includes('href="/metrics"'), false)
  })
})

describe('GET /problems/:module/:name', () => {
  test('200 tells a person what to do and where it happens', async (t) => {
    const page = await get(t, '/problems/users/email-taken', { accept: 'text/html,application/json;q=0.9,*/*;q=0.8' })
    assertPage(page)
    assert.match(page.body, /POST \/api\/v1\/auth\/register/)
    assert.equal(page.headers.vary, 'Accept')
  })

  test('200 tells a program the same', async (t) => {
    const response = await get(t, '/problems/users/email-taken', { accept: 'application/json' })
    const { type, status, operations } = response.json()
    assert.deepEqual({ type, status }, { type: '/problems/users/email-taken', status: 409 })
    assert.ok(operations.some((one: { operationId: string }) => one.operationId === 'register'))
  })

  test('200 for what happens before any route is found', async (t) => {
    for (const name of ['no-such-address', 'headers-too-large', 'timeout', 'wrong-host']) {
      assertPage(await get(t, `/problems/request/${name}`))
    }
  })

  test('404 for a problem that there is not', async (t) => {
    const response = await get(t, '/problems/users/nothing')
    assert.equal(response.statusCode, 404)
    assert.equal(response.headers['content-type'], 'application/problem+json')
  })
})

test('GET /problems: 200 lists them all, for people and for programs', async (t) => {
  assertPage(await get(t, '/problems'))
  const { items } = (await get(t, '/problems', { accept: 'application/json' })).json()
  assert.ok(items.some((one: { code: string }) => one.code === 'auth/not-allowed'))
})
