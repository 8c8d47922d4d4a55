import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, type TestContext, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { testStorageConformance } from '#support/storage-conformance.ts'
import { openDiskStorage } from './disk-storage.ts'
import { ObjectMissing, ObjectTooLarge, StorageFull, StorageUnavailable } from './storage.ts'

const put = { maxBytes: 1_000_000, contentType: 'text/plain' }
const bytes = (content: string) => Readable.from([Buffer.from(content)])

async function temporaryDirectory(t: TestContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'disk-storage-'))
  t.after(() => rm(parent, { recursive: true, force: true }))
  return join(parent, 'files')
}

describe('disk storage', () => {
  testStorageConformance(async (t) => openDiskStorage({ directory: await temporaryDirectory(t) }))
})

test('objects are still there after the directory is opened again, by several at once', async (t) => {
  const directory = await temporaryDirectory(t)
  const first = await openDiskStorage({ directory })
  await first.put('kept', bytes('content'), put)
  const second = await openDiskStorage({ directory })
  assert.equal(await text((await second.get('kept')).stream), 'content')
  await second.delete('kept')
  await assert.rejects(first.get('kept'), ObjectMissing)
})

test('failed puts leave no file, and what is kept is readable by its owner only', async (t) => {
  const directory = await temporaryDirectory(t)
  const storage = await openDiskStorage({ directory })
  await assert.rejects(storage.put('a', bytes('0123456789'), { ...put, maxBytes: 5 }), ObjectTooLarge)
  const broken = new Readable({ read() {} })
  queueMicrotask(() => broken.destroy(new Error('gone')))
  await assert.rejects(storage.put('a', broken, put), /gone/)
  await assert.rejects(storage.put('a', bytes('x'), { ...put, signal: AbortSignal.abort() }), { name: 'AbortError' })
  assert.deepEqual(await filesBelow(directory), [])

  await storage.put('a/b', bytes('x'), put)
  const [file = '', ...others] = await filesBelow(directory)
  assert.deepEqual(others, [])
  assert.match(file, /^objects\/[0-9a-f]{2}\/a~b$/)
  assert.equal((await stat(join(directory, file))).mode & 0o777, 0o600)
  assert.equal((await stat(join(directory, 'objects'))).mode & 0o777, 0o700)
})

test('SIGKILL in the middle of a put leaves no object; the leftover is removed a day later, not earlier', async (t) => {
  const directory = await temporaryDirectory(t)
  const script = `
    import { Readable } from 'node:stream'
    const { openDiskStorage } = await import(${JSON.stringify(import.meta.resolve('./disk-storage.ts'))})
    const storage = await openDiskStorage({ directory: ${JSON.stringify(directory)} })
    const source = new Readable({ read() {} })
    source.push(Buffer.alloc(500_000))
    setInterval(() => {}, 1000)
    await storage.put('half', source, { maxBytes: 1_000_000, contentType: 'text/plain' })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' })
  const incoming = join(directory, 'incoming')
  await eventually(async () => {
    const [name = ''] = await readdir(incoming)
    assert.ok((await stat(join(incoming, name))).size > 100_000)
  })
  child.kill('SIGKILL')
  await once(child, 'exit')

  const storage = await openDiskStorage({ directory })
  await assert.rejects(storage.get('half'), ObjectMissing)
  assert.equal((await readdir(incoming)).length, 1, 'another process may still be writing it')
  const hoursFromNow = (hours: number) => () => new Date(Date.now() + hours * 3_600_000)
  await openDiskStorage({ directory, now: hoursFromNow(23) })
  assert.equal((await readdir(incoming)).length, 1)
  await openDiskStorage({ directory, now: hoursFromNow(25) })
  assert.deepEqual(await readdir(incoming), [])
})

test('opening removes no object, however old', async (t) => {
  const directory = await temporaryDirectory(t)
  const storage = await openDiskStorage({ directory })
  await storage.put('old', bytes('x'), put)
  const [file = ''] = await filesBelow(directory)
  await utimes(join(directory, file), 0, 0)
  await (await openDiskStorage({ directory })).check()
  assert.equal((await storage.stat('old')).modifiedAt.getTime(), 0)
})

test('StorageFull where less than the reserve is free, for put and check; what is there can be read and deleted', async (t) => {
  const directory = await temporaryDirectory(t)
  await (await openDiskStorage({ directory })).put('kept', bytes('content'), put)
  const full = await openDiskStorage({ directory, reserveBytes: Number.MAX_SAFE_INTEGER })
  const source = bytes('x')
  await assert.rejects(full.put('more', source, put), StorageFull)
  assert.ok(source.destroyed)
  await assert.rejects(full.check(), StorageFull)
  assert.equal(await text((await full.get('kept')).stream), 'content')
  await full.delete('kept')
  assert.deepEqual(await filesBelow(directory), [])
})

test('StorageFull when the disk fills up in the middle, and the half written file is gone', async (t) => {
  const directory = await temporaryDirectory(t)
  const storage = await openDiskStorage({ directory })
  // The write's own error cannot be had without a full disk; it takes the same way as that of the source.
  const source = Readable.from(
    (async function* () {
      yield Buffer.alloc(100_000)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' })
    })(),
  )
  await assert.rejects(storage.put('a', source, put), StorageFull)
  assert.deepEqual(await filesBelow(directory), [])
})

test('StorageUnavailable, not ObjectMissing, where the directory is gone, as when a disk is not mounted', async (t) => {
  const directory = await temporaryDirectory(t)
  const storage = await openDiskStorage({ directory })
  await storage.put('kept', bytes('content'), put)
  await rename(directory, `${directory}-unmounted`)
  await assert.rejects(storage.get('kept'), StorageUnavailable)
  await assert.rejects(storage.stat('kept'), StorageUnavailable)
  await assert.rejects(storage.delete('kept'), StorageUnavailable)
  await assert.rejects(storage.put('more', bytes('x'), put), StorageUnavailable)
  await assert.rejects(storage.check(), StorageUnavailable)
  await assert.rejects(storage.list()[Symbol.asyncIterator]().next(), StorageUnavailable)
  await assert.rejects(stat(directory), { code: 'ENOENT' }, 'and it is not made again on the wrong disk')
  await rename(`${directory}-unmounted`, directory)
  await storage.check()
  assert.equal(await text((await storage.get('kept')).stream), 'content')
})

test('StorageUnavailable where the directory cannot be made', async (t) => {
  const directory = await temporaryDirectory(t)
  await writeFile(directory, '')
  await chmod(directory, 0o400)
  await assert.rejects(openDiskStorage({ directory: join(directory, 'files') }), StorageUnavailable)
})

test('list passes over what is no object', async (t) => {
  const directory = await temporaryDirectory(t)
  const storage = await openDiskStorage({ directory })
  await storage.put('a', bytes('x'), put)
  await writeFile(join(directory, 'objects', 'notes.txt'), '')
  const [shard = ''] = (await readdir(join(directory, 'objects'))).filter((name) => name.length === 2)
  await writeFile(join(directory, 'objects', shard, '.DS_Store'), '')
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  assert.deepEqual(keys, ['a'])
})

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
}
