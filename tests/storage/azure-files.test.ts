import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { enqueue } from '#platform/jobs/outbox.ts'
import { type AzuriteServer, startAzurite } from '#support/azurite-server.ts'
import { createHarness } from '#support/harness.ts'
import { form, send, upload, video } from '#support/uploads.ts'
import { collectOrphans } from '../../src/modules/files/jobs.ts'

let azurite: AzuriteServer

before(async () => {
  azurite = await startAzurite()
})
after(() => azurite.stop())

const settings = () => ({
  STORAGE: 'azure',
  AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
  AZURE_STORAGE_CONTAINER: `files-${randomUUID()}`,
  STORAGE_TIMEOUT_SECONDS: '5',
})

test('a file in Azure is uploaded, read whole and in part, linked at Azure itself, and deleted', async (t) => {
  const { signUp, clock, db, runJobs } = await createHarness(t, { settings: settings() })
  const student = await signUp('student')
  const content = video(5_000_000)
  const { id } = await upload(student, { content, name: 'Vortrag „1“.webm' })
  const whole = await student.get(`/files/${id}/content`)
  assert.equal(whole.statusCode, 200)
  assert.deepEqual(whole.rawPayload, content)
  const part = await student.get(`/files/${id}/content`, { range: 'bytes=4194300-4194310' })
  assert.equal(part.statusCode, 206)
  assert.deepEqual(part.rawPayload, content.subarray(4194300, 4194311))

  const { url } = (await student.post(`/files/${id}/link`)).json()
  assert.equal(new URL(url).origin, new URL(/BlobEndpoint=([^;]+)/.exec(azurite.connectionString)?.[1] ?? '').origin)
  const linked = await fetch(url, { headers: { range: 'bytes=10-19' } })
  assert.equal(linked.status, 206)
  assert.equal(linked.headers.get('content-type'), 'video/webm')
  assert.match(linked.headers.get('content-disposition') ?? '', /^attachment; .*Vortrag/)
  assert.deepEqual(Buffer.from(await linked.arrayBuffer()), content.subarray(10, 20))

  // What could run scripts is no page there, either.
  const page = await upload(student, { content: '<html><script>alert(1)</script>', name: 'a.html' })
  const pageLink = (await student.post(`/files/${page.id}/link`)).json().url
  assert.equal((await fetch(pageLink)).headers.get('content-type'), 'application/octet-stream')

  assert.equal((await student.delete(`/files/${id}`)).statusCode, 204)
  assert.deepEqual(await runJobs(), ['files.remove-content'])
  assert.equal((await fetch(url)).status, 404)
  clock.advance({ days: 2 })
  await enqueue(db, collectOrphans, {}, clock.now())
  await runJobs()
  assert.equal((await fetch(pageLink)).status, 200)
})

test('503 while Azure is away, for reading and writing; the process goes on, and so does everything when it is back', async (t) => {
  const { signUp, db } = await createHarness(t, { settings: settings() })
  const student = await signUp('student')
  const { id } = await upload(student, { content: video(1000) })
  const body = form({ field: 'file', content: video(200_000), name: 'a.webm' })
  await azurite.kill()
  for (const response of [await student.get(`/files/${id}/content`), await send(student, body)]) {
    assert.equal(response.statusCode, 503, response.body)
    assert.equal(response.json().type, '/problems/files/storage-unavailable')
  }
  assert.equal((await student.get(`/files/${id}`)).statusCode, 200)
  assert.equal((await db.selectFrom('stored_file').selectAll().execute()).length, 1)
  await azurite.start()
})
