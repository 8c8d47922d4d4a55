import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { Type } from 'typebox'
import { createMetrics } from '#platform/metrics/metrics.ts'
import { createBareServer } from '#support/bare-server.ts'
import { listen, type RawAnswer, sendBytes, textOf } from '#support/raw-http.ts'
import type { ServerSettings } from './server.ts'

async function startServer(t: TestContext, settings: Partial<ServerSettings> = {}) {
  const metrics = createMetrics()
  const app = createBareServer(t, { metrics, ...settings })
  app.get('/things/:thingId', async () => ({}))
  app.get('/health', { config: { monitoring: true } }, async () => ({}))
  app.get('/large', async () => 'x'.repeat(8 * 1024 * 1024))
  app.post(
    '/things',
    { bodyLimit: 1000, schema: { body: Type.Object({ name: Type.String() }) } },
    async (request) => request.body,
  )
  return { port: await listen(app), metrics }
}

const always = [
  'content-security-policy',
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
  'cross-origin-resource-policy',
  'strict-transport-security',
  'date',
]

function assertProblem(answer: RawAnswer | undefined, status: number, code: string): void {
  assert.ok(answer, 'there is an answer')
  const { headers, body } = answer
  assert.equal(answer.status, status, body)
  assert.equal(headers['content-type'], 'application/problem+json')
  assert.equal(headers['cache-control'], 'no-store')
  for (const name of always) assert.ok(headers[name], name)
  const problem = JSON.parse(body)
  assert.equal(problem.type, `/problems/${code}`)
  assert.equal(problem.status, status)
  assert.equal(problem.instance, `urn:request:${headers['x-request-id']}`)
}

const head = (line: string, ...headers: string[]) =>
  `${[line, 'Host: x', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`
const post = (body: string, type = 'application/json') =>
  `${head('POST /things HTTP/1.1', `Content-Type: ${type}`, `Content-Length: ${body.length}`)}${body}`

describe('every refusal is a problem with all headers', () => {
  const cases: [status: number, code: string, what: string, bytes: string][] = [
    [404, 'request/no-such-address', 'an address that there is not', head('GET /nothing HTTP/1.1')],
    [404, 'request/no-such-address', 'a method that the address has not', head('DELETE /things HTTP/1.1')],
    [413, 'request/too-large', 'a body over the limit', post(`{"name":"${'x'.repeat(1000)}"}`)],
    [415, 'request/unsupported-media-type', 'a body of another type', post('a,b', 'text/csv')],
    [400, 'request/malformed', 'a body that is no JSON', post('{"name":')],
    [400, 'request/malformed', 'a null character in the JSON', post('{"name":"a\\u0000b"}')],
    [400, 'request/malformed', 'a key that would be a prototype', post('{"__proto__":{},"name":"a"}')],
    [400, 'request/malformed', 'a prototype key in escapes', post('{"__pr\\u006fto__":{},"name":"a"}')],
    [400, 'request/malformed', 'a key with half a surrogate pair', post('{"name":"a","\\ud83d":1}')],
    [400, 'request/invalid', 'a body of another shape', post('{"name":5}')],
    [400, 'request/malformed', 'an address that is no UTF-8', head('GET /things/%E0%A4%A HTTP/1.1')],
    [400, 'request/malformed', 'a null character in the address', head('GET /things/%00 HTTP/1.1')],
    [
      400,
      'request/malformed',
      'a part of the address that is too long',
      head(`GET /things/${'x'.repeat(201)} HTTP/1.1`),
    ],
    [400, 'request/malformed', 'no Host', 'GET /things/1 HTTP/1.1\r\nConnection: close\r\n\r\n'],
    [400, 'request/malformed', 'garbage', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    [400, 'request/malformed', 'a method that is none', head('FLY /things HTTP/1.1')],
    [400, 'request/malformed', 'two lengths', head('POST /things HTTP/1.1', 'Content-Length: 1', 'Content-Length: 2')],
    [431, 'request/headers-too-large', 'endless headers', head('GET / HTTP/1.1', `X: ${'x'.repeat(20_000)}`)],
  ]
  for (const [status, code, what, bytes] of cases) {
    test(`${status} for ${what}`, async (t) => {
      const { port } = await startServer(t)
      const answers = await sendBytes(port, bytes)
      assert.equal(answers.length, 1)
      assertProblem(answers[0], status, code)
    })
  }

  test('200 for half a surrogate pair, which is replaced', async (t) => {
    const { port } = await startServer(t)
    const [answer] = await sendBytes(port, post('{"name":"cut \\uD83D, whole \\ud83d\\ude00"}'))
    assert.equal(answer?.status, 200)
    assert.deepEqual(JSON.parse(answer.body), { name: 'cut \ufffd, whole \u{1f600}' })
  })

  test('421 for another host', async (t) => {
    const { port } = await startServer(t, { trustedHosts: ['api.example.org', '*.school.org'] })
    const ask = async (host: string) =>
      (await sendBytes(port, `GET /nothing HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`))[0]
    assertProblem(await ask('evil.example.org'), 421, 'request/wrong-host')
    assertProblem(await ask('school.org'), 421, 'request/wrong-host')
    assertProblem(await ask('xschool.org'), 421, 'request/wrong-host')
    assertProblem(await ask('API.example.org:8000'), 404, 'request/no-such-address')
    assertProblem(await ask('a.school.org'), 404, 'request/no-such-address')
    // Prometheus and probes use addresses and names from within.
    const [health] = await sendBytes(port, 'GET /health HTTP/1.1\r\nHost: 10.0.0.7:8000\r\nConnection: close\r\n\r\n')
    assert.equal(health?.status, 200)
  })

  test('408 for headers that do not come to an end', async (t) => {
    const { port } = await startServer(t, { headersTimeoutMs: 200 })
    const [answer] = await sendBytes(port, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')
    assertProblem(answer, 408, 'request/timeout')
    assert.equal(answer?.headers.connection, 'close')
  })
})

describe('garbage on a connection that served before', () => {
  test('400 after the answer to the request before it', async (t) => {
    const { port } = await startServer(t)
    const answers = await sendBytes(port, 'GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n')
    assertProblem(answers.at(-1), 400, 'request/malformed')
  })

  test('does not get into the middle of an answer', async (t) => {
    const { port } = await startServer(t)
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => socket.write('nonsense\r\n\r\n'))
    socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n')
    const text = await textOf(socket)
    assert.equal(text.includes('problem+json'), false)
    assert.equal(/x\r?\nHTTP/.test(text), false)
  })
})

test('what never became a request is counted all the same, in one series', async (t) => {
  const { port, metrics } = await startServer(t)
  await sendBytes(port, 'garbage\r\n\r\n')
  await sendBytes(port, head('GET /things/%E0%A4%A HTTP/1.1'))
  const text = await metrics.metrics()
  assert.match(text, /lms_http_requests_total\{method="other",route="unmatched",status="400"\} 1/)
  assert.match(text, /lms_http_requests_total\{method="GET",route="unmatched",status="400"\} 1/)
})

test('an expectation that we do not know is ignored', async (t) => {
  const { port } = await startServer(t)
  const [answer] = await sendBytes(port, head('GET /things/1 HTTP/1.1', 'Expect: miracles'))
  assert.equal(answer?.status, 200)
})
