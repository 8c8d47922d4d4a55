import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { Type } from 'typebox'
import { createLog } from '#platform/log/log.ts'
import { createMetrics } from '#platform/metrics/metrics.ts'
import { createBareServer } from '#support/bare-server.ts'
import { eventually } from '#support/eventually.ts'
import { createHarness } from '#support/harness.ts'
import { listen } from '#support/raw-http.ts'

function startServer(t: TestContext) {
  const metrics = createMetrics()
  const lines: string[] = []
  const log = createLog({ level: 'info', format: 'json' }, { write: (line: string) => void lines.push(line) })
  const app = createBareServer(t, { metrics, log, logsRequests: true })
  app.get(
    '/things/:thingId',
    { schema: { response: { 200: Type.Object({}), 404: Type.Object({}) } } },
    async () => ({}),
  )
  app.get('/never', () => {})
  app.get('/large', async () => 'x'.repeat(50_000_000))
  return { app, metrics, log: () => lines.map((line) => JSON.parse(line)) }
}

test('requests are counted and timed by route template, method and status', async (t) => {
  const { app, metrics } = startServer(t)
  await app.inject('/things/1')
  await app.inject('/things/2?secret=3')
  await app.inject({ method: 'HEAD', url: '/things/1' })
  const text = await metrics.metrics()
  assert.match(text, /lms_http_requests_total\{method="GET",route="\/things\/:thingId",status="200"\} 2/)
  assert.match(text, /lms_http_requests_total\{method="HEAD",route="\/things\/:thingId",status="200"\} 1/)
  assert.match(text, /lms_http_request_duration_seconds_count\{method="GET",route="\/things\/:thingId"\} 2/)
  assert.match(text, /lms_http_requests_in_flight 0/)
})

test('what a route declares is there from the start, at zero', async (t) => {
  const { app, metrics } = startServer(t)
  await app.ready()
  const text = await metrics.metrics()
  assert.match(text, /lms_http_requests_total\{method="GET",route="\/things\/:thingId",status="404"\} 0/)
})

test('strangers cannot make series: whatever matches no route is one', async (t) => {
  const { app, metrics } = startServer(t)
  await app.inject('/nothing')
  await app.inject('/things/1')
  const before = (await metrics.metrics()).split('\n').length
  for (let i = 0; i < 300; i++) {
    await app.inject(`/${randomBytes(6).toString('hex')}/${randomBytes(4).toString('base64url')}?x=${i}`)
    await app.inject(`/things/${randomBytes(6).toString('hex')}`)
  }
  const text = await metrics.metrics()
  // The one more is the 200 of things, which is declared and so was there; nothing else may have come.
  assert.equal(text.split('\n').length, before)
  assert.match(text, /lms_http_requests_total\{method="GET",route="unmatched",status="404"\} 301/)
})

test('the whole product keeps below 3,000 series', async (t) => {
  const { app, metrics } = await createHarness(t)
  for (let i = 0; i < 50; i++) await app.server.inject(`/api/v1/${randomBytes(8).toString('hex')}`)
  const series = (await metrics.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  assert.ok(series.length < 3000, `${series.length} series`)
})

test('a client that leaves before its answer is counted as 499', async (t) => {
  const { app, metrics } = startServer(t)
  const port = await listen(app)
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write('GET /never HTTP/1.1\r\nHost: x\r\n\r\n')
  await eventually(async () => assert.match(await metrics.metrics(), /lms_http_requests_in_flight 1/))
  socket.destroy()
  await eventually(async () =>
    assert.match(await metrics.metrics(), /lms_http_requests_total\{method="GET",route="\/never",status="499"\} 1/),
  )
  assert.match(await metrics.metrics(), /lms_http_requests_in_flight 0/)
})

test('so is one that leaves in the middle of it', async (t) => {
  const { app, metrics } = startServer(t)
  const socket = connect(await listen(app), '127.0.0.1').pause()
  socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'readable')
  socket.destroy()
  await eventually(async () =>
    assert.match(await metrics.metrics(), /lms_http_requests_total\{method="GET",route="\/large",status="499"\} 1/),
  )
})

test('one log line tells of a request, without its address and its query', async (t) => {
  const { app, log } = startServer(t)
  const { headers } = await app.inject({ url: '/things/17?token=abc', headers: { authorization: 'Bearer abc' } })
  const [line] = log()
  const { time, milliseconds, ...rest } = line
  assert.deepEqual(rest, {
    level: 'info',
    requestId: headers['x-request-id'],
    method: 'GET',
    route: '/things/:thingId',
    status: 200,
    network: '127.0.0.1',
    msg: 'request',
  })
  assert.ok(Math.abs(Date.parse(time) - Date.now()) < 10_000)
  assert.ok(milliseconds >= 0)
  assert.equal(log().length, 1)
})
