import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { createSentryTracker } from './error-tracker.ts'

/** A local ingest endpoint that keeps every envelope it gets. */
async function startIngest(t: TestContext) {
  const envelopes: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    envelopes.push((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8'))
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { envelopes, dsn: `http://public@127.0.0.1:${(server.address() as AddressInfo).port}/1` }
}

test('an error arrives with release, environment and operation, and without secrets and mail addresses', async (t) => {
  const { envelopes, dsn } = await startIngest(t)
  const tracker = await createSentryTracker({ dsn, release: '1.2.3', environment: 'staging', tracesSampleRate: 0 })
  const cause = new Error('postgresql://lms:hunter2@db:5432/lms refused ada@example.org')
  tracker.capture(new Error('cannot enroll', { cause }), { operation: 'enroll', requestId: 'r-1' })
  await tracker.close(5)
  const sent = envelopes.join('\n')
  for (const expected of [
    'cannot enroll',
    '1.2.3',
    'staging',
    '"operation":"enroll"',
    '"requestId":"r-1"',
    'error-tracker.test.ts',
  ]) {
    assert.ok(sent.includes(expected), `${expected} is missing in ${sent}`)
  }
  for (const secret of ['hunter2', 'ada@example.org']) assert.equal(sent.includes(secret), false, sent)
})

test('a tracker that cannot be reached throws nothing and closes in time', async () => {
  const tracker = await createSentryTracker({
    dsn: 'http://public@127.0.0.1:9/1',
    release: 'x',
    environment: 'test',
    tracesSampleRate: 1,
  })
  for (let count = 0; count < 100; count++) {
    tracker.capture(new Error('lost'), { operation: 'test' })
    tracker.measure({ kind: 'http.server', name: 'GET /lost', seconds: 1, isFailed: false })
  }
  const started = performance.now()
  await tracker.close(1)
  assert.ok(performance.now() - started < 3000)
})

test('the time of a request and of a job arrives, sampled, and names nobody', async (t) => {
  const { envelopes, dsn } = await startIngest(t)
  const settings = { dsn, release: '1.2.3', environment: 'staging' }
  const all = await createSentryTracker({ ...settings, tracesSampleRate: 1 })
  all.measure({ kind: 'http.server', name: 'GET /api/v1/courses/:courseId', seconds: 0.25, isFailed: false })
  all.measure({ kind: 'queue.process', name: 'notifications.send-mail', seconds: 2, isFailed: true })
  await all.close(5)
  const none = await createSentryTracker({ ...settings, tracesSampleRate: 0 })
  none.measure({ kind: 'http.server', name: 'GET /not/sampled', seconds: 1, isFailed: false })
  await none.close(5)

  const events = envelopes
    .flatMap((envelope) => envelope.split('\n'))
    .filter((line) => line.includes('"type":"transaction"') && line.includes('"transaction"'))
    .flatMap((line) => {
      const event = JSON.parse(line) as {
        transaction?: string
        release: string
        environment: string
        timestamp: number
        start_timestamp: number
        server_name?: string
        contexts: { trace: { op: string; status: string } }
      }
      return event.transaction ? [event] : []
    })
  assert.deepEqual(
    events.map(({ transaction, contexts: { trace } }) => [transaction, trace.op, trace.status]),
    [
      ['GET /api/v1/courses/:courseId', 'http.server', 'ok'],
      ['notifications.send-mail', 'queue.process', 'internal_error'],
    ],
  )
  assert.equal(Math.round(((events[0]?.timestamp ?? 0) - (events[0]?.start_timestamp ?? 0)) * 100), 25)
  assert.deepEqual([events[0]?.release, events[0]?.environment], ['1.2.3', 'staging'])
  assert.equal(envelopes.join('').includes(hostname()), false)
})
