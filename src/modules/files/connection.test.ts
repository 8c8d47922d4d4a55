import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, readlink } from 'node:fs/promises'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, type TestContext, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { type ApiClient, createHarness, type HarnessOptions } from '#support/harness.ts'
import { form, pdf, storedObjects, upload, video } from '#support/uploads.ts'

const MEBIBYTE = 1024 * 1024

/** The product behind a real socket, for what an injected request cannot show. */
async function listening(t: TestContext, options: HarnessOptions = {}) {
  const harness = await createHarness(t, options)
  await harness.app.server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = harness.app.server.server.address() as AddressInfo

  function request(client: ApiClient, method: string, path: string, headers = {}): ClientRequest {
    const sent = httpRequest({
      host: '127.0.0.1',
      port,
      method,
      path: `/api/v1${path}`,
      headers: { authorization: `Bearer ${client.token}`, ...headers },
      agent: false,
    })
    sent.on('error', () => {})
    return sent
  }
  /** An upload whose body is still to be sent, `length` bytes of it. */
  function startUpload(client: ApiClient, contentType: string, length?: number): ClientRequest {
    const lengthHeader = length === undefined ? {} : { 'content-length': length }
    return request(client, 'POST', '/files', { 'content-type': contentType, ...lengthHeader })
  }
  async function metric(line: string): Promise<void> {
    await eventually(async () => assert.ok((await harness.metrics.metrics()).includes(`${line}\n`), line))
  }
  return { ...harness, request, startUpload, metric }
}

async function answerTo(
  sent: ClientRequest,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) }
}

/** A form with one file of this size, and its type. */
function formOf(sizeBytes: number) {
  const content = Buffer.concat([pdf, Buffer.alloc(sizeBytes - pdf.length, 'x')])
  const { headers, payload } = form({ field: 'file', content, name: 'a.pdf' })
  return { payload, contentType: headers['content-type'] ?? '' }
}

describe('an upload', () => {
  test('that its client breaks off leaves neither row nor object, and its place is free again', async (t) => {
    const harness = await listening(t)
    const student = await harness.signUp('student')
    const { payload, contentType } = formOf(2 * MEBIBYTE)
    const cuts = [10, 120, 5000, MEBIBYTE, payload.length - 20]
    for (const cut of cuts) {
      const sent = harness.startUpload(student, contentType, payload.length)
      sent.write(payload.subarray(0, cut))
      await harness.metric('lms_files_uploads_running 1')
      if (cut >= MEBIBYTE) await eventually(async () => assert.equal((await storedObjects(harness)).length, 1))
      sent.destroy()
      await harness.metric('lms_files_uploads_running 0')
    }
    await harness.metric(`lms_files_uploads_total{outcome="aborted"} ${cuts.length}`)
    await harness.metric('lms_files_uploads_total{outcome="failed"} 0')
    await eventually(async () => assert.deepEqual(await storedObjects(harness), []))
    assert.deepEqual(await harness.db.selectFrom('stored_file').selectAll().execute(), [])
    assert.equal(
      harness.log.lines().some((line) => line.level === 'error'),
      false,
    )
  })

  test('413 before a byte of the body is sent, when the length says that it is too large', async (t) => {
    const { signUp, startUpload, metric } = await listening(t, { settings: { UPLOAD_MAX_MEGABYTES: '1' } })
    const sent = startUpload(await signUp('student'), formOf(100).contentType, 2 ** 40)
    sent.flushHeaders()
    const { status, body } = await answerTo(sent)
    assert.equal(status, 413, body)
    assert.equal(JSON.parse(body).maxBytes, MEBIBYTE)
    sent.destroy()
    await metric('lms_files_uploads_total{outcome="too-large"} 1')
  })

  test('413 in the middle of a body that does not say its length, at once; nothing is kept', async (t) => {
    const harness = await listening(t, { settings: { UPLOAD_MAX_MEGABYTES: '1' } })
    const { payload, contentType } = formOf(2 * MEBIBYTE)
    const sent = harness.startUpload(await harness.signUp('student'), contentType)
    // Its end never comes: the answer does not wait for it.
    sent.write(payload.subarray(0, payload.length - 1000))
    const { status, body } = await answerTo(sent)
    assert.equal(status, 413, body)
    sent.destroy()
    assert.deepEqual(await storedObjects(harness), [])
  })

  test('415 once the first bytes are there, without waiting for the rest', async (t) => {
    const { signUp, startUpload } = await listening(t)
    const content = Buffer.concat([Buffer.from('4d5a90000300', 'hex'), Buffer.alloc(200_000)])
    const { payload, headers } = form({ field: 'file', content, name: 'a.pdf' })
    const sent = startUpload(await signUp('student'), headers['content-type'] ?? '', 50 * MEBIBYTE)
    sent.write(payload.subarray(0, 100_000))
    const { status, body } = await answerTo(sent)
    assert.equal(status, 415, body)
    sent.destroy()
  })

  test('429 for the fourth at once of one account; others and later ones pass', async (t) => {
    const { signUp, startUpload, metric } = await listening(t)
    const [student, other] = [await signUp('student'), await signUp('student')]
    const { payload, contentType } = formOf(1000)
    const running = Array.from({ length: 3 }, () => startUpload(student, contentType, payload.length))
    for (const sent of running) sent.write(payload.subarray(0, 500))
    await metric('lms_files_uploads_running 3')
    const fourth = startUpload(student, contentType, payload.length)
    fourth.end(payload)
    const refused = await answerTo(fourth)
    assert.equal(refused.status, 429, refused.body)
    assert.equal(JSON.parse(refused.body).type, '/problems/files/too-many-uploads')
    assert.ok(Number(refused.headers['retry-after']) > 0)
    await upload(other)
    for (const sent of running) {
      const answer = answerTo(sent)
      sent.end(payload.subarray(500))
      assert.equal((await answer).status, 201)
    }
    await upload(student)
    await metric('lms_files_uploads_running 0')
    await metric('lms_files_uploads_total{outcome="throttled"} 1')
  })
})

describe('a download', () => {
  test('that its client breaks off closes the file, and is counted as such', async (t) => {
    const harness = await listening(t)
    const student = await harness.signUp('student')
    const { id } = await upload(student, { content: video(8 * MEBIBYTE) })
    for (let i = 0; i < 20; i++) {
      const sent = harness.request(student, 'GET', `/files/${id}/content`)
      sent.end()
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      await once(response, 'readable')
      sent.destroy()
    }
    await harness.metric('lms_files_downloads_total{outcome="aborted"} 20')
    await eventually(async () => assert.deepEqual(await openFilesBelow(harness.dataDirectory), []))
  })

  test('whole, in part and not needed is counted with its bytes', async (t) => {
    const { signUp, request, metric } = await listening(t)
    const student = await signUp('student')
    const { id, sha256 } = await upload(student, { content: video(1000) })
    for (const headers of [{}, { range: 'bytes=0-99' }, { 'if-none-match': `"${sha256}"` }]) {
      const sent = request(student, 'GET', `/files/${id}/content`, headers)
      sent.end()
      await answerTo(sent)
    }
    await metric('lms_files_downloads_total{outcome="whole"} 1')
    await metric('lms_files_downloads_total{outcome="part"} 1')
    await metric('lms_files_downloads_total{outcome="not-modified"} 1')
    await metric('lms_files_download_bytes_total 1100')
  })
})

/** Paths below `directory` that this process has open; none where the system cannot tell. */
async function openFilesBelow(directory: string): Promise<string[]> {
  const names = await readdir('/proc/self/fd').catch(() => [])
  const paths = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')))
  return paths.filter((path) => path.startsWith(directory))
}
