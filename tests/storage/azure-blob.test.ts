import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { createAzureBlobStorage } from '#platform/storage/azure-blob-storage.ts'
import { StorageUnavailable } from '#platform/storage/storage.ts'
import { type AzuriteServer, startAzurite } from '#support/azurite-server.ts'
import { testStorageConformance } from '#support/storage-conformance.ts'

let azurite: AzuriteServer

before(async () => {
  azurite = await startAzurite()
})
after(() => azurite.stop())

/** Every storage has a container of its own, made by `check` as it is when the product starts. */
async function openStorage() {
  const { connectionString } = azurite
  const storage = createAzureBlobStorage({
    connectionString,
    container: `test-${randomUUID()}`,
    requestTimeoutSeconds: 10,
  })
  await storage.check()
  return storage
}

const put = { maxBytes: 1000, contentType: 'application/pdf' }

describe('Azure Blob storage', () => testStorageConformance(openStorage))

describe('a temporary address', () => {
  async function addressOf(expiresSeconds: number, fileName = 'x.pdf') {
    const storage = await openStorage()
    await storage.put('secret/report', Readable.from([Buffer.from('0123456789')]), put)
    await storage.put('secret/other', Readable.from([Buffer.from('other')]), put)
    const url = await storage.temporaryUrl?.('secret/report', {
      expiresSeconds,
      fileName,
      contentType: 'application/pdf',
    })
    assert.ok(url)
    return { url, storage }
  }

  test('200 with the name and the type that were asked for, ranges included', async () => {
    const { url } = await addressOf(60, 'Bericht "März"\r\nX-Evil: 1 成绩.pdf')
    const response = await fetch(url)
    assert.equal(response.status, 200)
    assert.equal(await response.text(), '0123456789')
    assert.equal(response.headers.get('content-type'), 'application/pdf')
    assert.equal(
      response.headers.get('content-disposition'),
      `attachment; filename="Bericht _M_rz__X-Evil: 1 _.pdf"; ` +
        `filename*=UTF-8''Bericht%20%22M%C3%A4rz%22_X-Evil%3A%201%20%E6%88%90%E7%BB%A9.pdf`,
    )
    assert.equal(response.headers.get('x-evil'), null)
    const part = await fetch(url, { headers: { range: 'bytes=2-4' } })
    assert.equal(part.status, 206)
    assert.equal(await part.text(), '234')
  })

  test('403 when it expired, for another object, for another verb and without its signature', async () => {
    const { url, storage } = await addressOf(60)
    const { url: expired } = await addressOf(-1)
    const refused = [
      [expired, 'GET'],
      [url.replace('secret/report', 'secret/other').replace('secret%2Freport', 'secret%2Fother'), 'GET'],
      [url.replace(/se=[^&]+/, 'se=2099-01-01T00%3A00%3A00Z'), 'GET'],
      [url, 'DELETE'],
      [url.split('?')[0] ?? '', 'GET'],
    ] as const
    for (const [address, method] of refused) {
      assert.ok([403, 404, 409].includes((await fetch(address, { method })).status), `${method} ${address}`)
    }
    assert.equal((await storage.stat('secret/report')).sizeBytes, 10)
  })

  test('is not offered where the connection string holds no key to sign with', () => {
    const connectionString = 'BlobEndpoint=http://127.0.0.1:1/x;SharedAccessSignature=sv=2024-01-01&sig=x'
    assert.equal(createAzureBlobStorage({ connectionString, container: 'x' }).temporaryUrl, undefined)
  })
})

describe('a service that is not well', () => {
  test('StorageUnavailable where the container is missing, until check makes it', async () => {
    const storage = createAzureBlobStorage({
      connectionString: azurite.connectionString,
      container: `new-${randomUUID()}`,
    })
    await assert.rejects(storage.get('a'), StorageUnavailable)
    await assert.rejects(storage.put('a', Readable.from([Buffer.from('x')]), put), StorageUnavailable)
    await storage.check()
    await storage.put('a', Readable.from([Buffer.from('x')]), put)
  })

  test('StorageUnavailable in bounded time while it is down, and by itself well again afterwards', async () => {
    const storage = await openStorage()
    await storage.put('a', Readable.from([Buffer.from('x')]), put)
    await azurite.kill()
    const startedAt = performance.now()
    await Promise.all([
      assert.rejects(storage.check(), StorageUnavailable),
      assert.rejects(storage.get('a'), StorageUnavailable),
      assert.rejects(storage.stat('a'), StorageUnavailable),
      assert.rejects(storage.delete('a'), StorageUnavailable),
      assert.rejects(storage.put('b', Readable.from([Buffer.from('x')]), put), StorageUnavailable),
      assert.rejects(storage.list()[Symbol.asyncIterator]().next(), StorageUnavailable),
    ])
    assert.ok(performance.now() - startedAt < 15_000)
    await azurite.start()
    // What it had not yet written to its disk is lost: that is Azurite's way, not Azure's.
    await storage.check()
    await storage.put('a', Readable.from([Buffer.from('x')]), put)
    assert.equal((await storage.stat('a')).sizeBytes, 1)
  })
})
