import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
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
  const tracker = await createSentryTracker({ dsn, release: '1.2.3', environment: 'staging' })
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
  const tracker = await createSentryTracker({ dsn: 'http://public@127.0.0.1:9/1', release: 'x', environment: 'test' })
  for (let count = 0; count < 100; count++) tracker.capture(new Error('lost'), { operation: 'test' })
  const started = performance.now()
  await tracker.close(1)
  assert.ok(performance.now() - started < 3000)
})
