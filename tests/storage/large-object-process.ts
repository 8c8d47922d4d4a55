// Puts and gets one large object and prints what memory it took. A process of its own, so that nothing else counts.
// usage: node --expose-gc large-object-process.ts disk <directory> | azure <connection string>
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { openDiskStorage } from '#platform/storage/disk-storage.ts'
import type { Storage } from '#platform/storage/storage.ts'

const mebibyte = 1024 * 1024
const objectMebibytes = 200
const put = { maxBytes: 2 ** 40, contentType: 'application/octet-stream' }

const [kind, target = ''] = process.argv.slice(2)
const storage = await open(kind, target)

await roundTrip(storage, 'warm-up', 8)
const before = process.memoryUsage.rss()
let peak = before
// Collected often: what counts is what must be held, not what V8 has not yet thrown away.
const sampler = setInterval(() => {
  globalThis.gc?.()
  peak = Math.max(peak, process.memoryUsage.rss())
}, 25)
const hashes = await roundTrip(storage, 'large', objectMebibytes)
clearInterval(sampler)
console.log(JSON.stringify({ ...hashes, growthMebibytes: Math.round((peak - before) / mebibyte) }))

async function open(kind: string | undefined, target: string): Promise<Storage> {
  if (kind === 'disk') return openDiskStorage({ directory: target })
  const { createAzureBlobStorage } = await import('#platform/storage/azure-blob-storage.ts')
  const storage = createAzureBlobStorage({ connectionString: target, container: 'large' })
  await storage.check()
  return storage
}

async function roundTrip(storage: Storage, key: string, mebibytes: number) {
  const kept = await storage.put(key, Readable.from(countedChunks(mebibytes), { objectMode: false }), put)
  const { stream } = await storage.get(key)
  const hash = createHash('sha256')
  let readBytes = 0
  for await (const chunk of stream) {
    hash.update(chunk)
    readBytes += chunk.length
  }
  return { keptBytes: kept.sizeBytes, readBytes, keptHash: kept.sha256, readHash: hash.digest('hex') }
}

/** Every chunk differs from the others, so that one lost, doubled or out of order changes the hash. */
function* countedChunks(mebibytes: number): Generator<Buffer> {
  for (let index = 0; index < mebibytes * 16; index++) {
    const chunk = Buffer.alloc(mebibyte / 16, index & 0xff)
    chunk.writeUInt32BE(index)
    yield chunk
  }
}
