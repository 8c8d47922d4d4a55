import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { describe, type TestContext, test } from 'node:test'
import { startAzurite } from '#support/azurite-server.ts'
import { residentBytes } from '#support/processes.ts'
import { startProduct } from '#support/product-process.ts'

const MEBIBYTE = 1024 * 1024
const fileMebibytes = 100
const atOnce = 3
/** Of 300 that are on their way at once. What V8 has not yet thrown away counts, too. */
const growthLimitMebibytes = 128

const file = () => Readable.from(chunks(), { objectMode: false })

/** Every chunk differs from the others, so that one lost, doubled or out of order changes the hash. */
function* chunks(): Generator<Buffer> {
  for (let index = 0; index < fileMebibytes * 16; index++) {
    const chunk = Buffer.alloc(MEBIBYTE / 16, index & 0xff)
    chunk.writeUInt32BE(index)
    if (index === 0) Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104', 'hex').copy(chunk)
    yield chunk
  }
}

async function hashOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of stream) hash.update(chunk)
  return hash.digest('hex')
}

async function logIn(url: string): Promise<string> {
  const account = { email: 'ada@example.org', password: 'a long enough password', fullName: 'Ada' }
  const post = (path: string) =>
    fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account),
    })
  assert.equal((await post('/auth/register')).status, 201)
  const { email, password } = account
  const response = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  return ((await response.json()) as { accessToken: string }).accessToken
}

/** Sends the file as its chunks are taken; returns its representation. */
async function upload(url: string, token: string): Promise<{ id: string; sha256: string }> {
  const sent = request(`${url}/api/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'multipart/form-data; boundary=x' },
  })
  const answer = new Promise<string>((resolve, reject) => {
    sent.on('response', (response) => text(response).then(resolve, reject)).on('error', reject)
  })
  sent.write('--x\r\nContent-Disposition: form-data; name="file"; filename="talk.webm"\r\n\r\n')
  await pipeline(file(), sent, { end: false })
  sent.end('\r\n--x--\r\n')
  const body = JSON.parse(await answer)
  assert.ok(body.id, JSON.stringify(body))
  return body
}

/** The hash of what is downloaded. */
function download(url: string, token: string, id: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(`${url}/api/v1/files/${id}/content`, { headers: { authorization: `Bearer ${token}` } })
      .on('response', (response) => hashOf(response).then(resolve, reject))
      .on('error', reject)
      .end()
  })
}

/** How far the memory of the product's process rises while three files go in and three come out at the same time. */
async function growthOf(t: TestContext, settings: Record<string, string>): Promise<number> {
  const product = await startProduct({ role: 'serve', settings: { UPLOAD_QUOTA_MEGABYTES: '0', ...settings } })
  t.after(() => product.stop())
  const token = await logIn(product.url)
  const expected = await hashOf(file())
  const pid = product.pid() ?? 0
  const { id } = await upload(product.url, token)
  assert.equal(await download(product.url, token, id), expected)

  const before = residentBytes(pid)
  let peak = before
  const sampler = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid))
  }, 20)
  const stored = await Promise.all(Array.from({ length: atOnce }, () => upload(product.url, token)))
  const hashes = await Promise.all(stored.map((one) => download(product.url, token, one.id)))
  clearInterval(sampler)
  for (const { sha256 } of stored) assert.equal(sha256, expected)
  for (const hash of hashes) assert.equal(hash, expected)
  return Math.round((peak - before) / MEBIBYTE)
}

describe(`${atOnce} files of ${fileMebibytes} MiB each go in and out at once in less than ${growthLimitMebibytes} MiB`, () => {
  test('on disk', async (t) => {
    const growth = await growthOf(t, {})
    assert.ok(growth < growthLimitMebibytes, `memory grew by ${growth} MiB`)
    t.diagnostic(`memory grew by ${growth} MiB`)
  })

  test('in Azure Blob storage', async (t) => {
    const azurite = await startAzurite()
    t.after(() => azurite.stop())
    const growth = await growthOf(t, {
      STORAGE: 'azure',
      AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
      STORAGE_TIMEOUT_SECONDS: '60',
    })
    assert.ok(growth < growthLimitMebibytes, `memory grew by ${growth} MiB`)
    t.diagnostic(`memory grew by ${growth} MiB`)
  })
})
