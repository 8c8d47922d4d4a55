import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, type TestContext, test } from 'node:test'
import {
  type ByteRange,
  ObjectMissing,
  ObjectTooLarge,
  RangeOutsideObject,
  type Storage,
} from '#platform/storage/storage.ts'

const options = { maxBytes: 100_000_000, contentType: 'application/octet-stream' }
const mebibyte = 1024 * 1024

/** What every storage guarantees. `open` gives one that is empty and is closed with the test. */
export function testStorageConformance(open: (t: TestContext) => Promise<Storage>): void {
  describe('an object that was put', () => testKeptObjects(open))
  describe('a put that fails', () => testFailedPuts(open))
  describe('keys', () => testKeys(open))
  describe('list', () => testList(open))
  test('check passes on a storage that works', async (t) => (await open(t)).check())
}

function testKeptObjects(open: (t: TestContext) => Promise<Storage>): void {
  test('is read back byte for byte, with its size and its SHA-256', async (t) => {
    const storage = await open(t)
    for (const sizeBytes of [0, 1, 70_000, 9 * mebibyte + 3]) {
      const bytes = randomBytes(sizeBytes)
      const kept = await storage.put(`size-${sizeBytes}`, inChunks(bytes), options)
      assert.deepEqual(kept, { sizeBytes, sha256: createHash('sha256').update(bytes).digest('hex') })

      const object = await storage.get(`size-${sizeBytes}`)
      assert.equal(object.sizeBytes, sizeBytes)
      assert.ok(bytes.equals(await buffer(object.stream)))
      const { sizeBytes: statSize, modifiedAt } = await storage.stat(`size-${sizeBytes}`)
      assert.equal(statSize, sizeBytes)
      assert.ok(Math.abs(Date.now() - modifiedAt.getTime()) < 60_000)
    }
  })

  test('is read in parts, whose ends are both included', async (t) => {
    const storage = await open(t)
    const bytes = randomBytes(10_000)
    await storage.put('parts', inChunks(bytes), options)
    const ranges: (ByteRange & { readonly expected: Buffer })[] = [
      { start: 0, end: 0, expected: bytes.subarray(0, 1) },
      { start: 10, end: 19, expected: bytes.subarray(10, 20) },
      { start: 0, expected: bytes },
      { start: 9_990, expected: bytes.subarray(9_990) },
      { start: 9_999, end: 9_999, expected: bytes.subarray(9_999) },
      { start: 9_990, end: 1_000_000, expected: bytes.subarray(9_990) },
    ]
    for (const { expected, ...range } of ranges) {
      const object = await storage.get('parts', range)
      assert.equal(object.sizeBytes, 10_000, 'the size is that of the whole')
      assert.ok(expected.equals(await buffer(object.stream)), JSON.stringify(range))
    }
  })

  test('has no part after its end, and no range that is none', async (t) => {
    const storage = await open(t)
    await storage.put('short', inChunks(Buffer.from('0123456789')), options)
    await storage.put('empty', inChunks(Buffer.alloc(0)), options)
    for (const start of [10, 11, 1_000_000]) {
      await assert.rejects(storage.get('short', { start }), (error) => {
        return error instanceof RangeOutsideObject && error.sizeBytes === 10
      })
    }
    await assert.rejects(storage.get('empty', { start: 0 }), RangeOutsideObject)
    const ranges = [{ start: -1 }, { start: 0.5 }, { start: 5, end: 4 }, { start: Number.NaN }]
    for (const range of ranges) await assert.rejects(storage.get('short', range), TypeError)
  })

  test('is replaced by a second put, and may be left half read', async (t) => {
    const storage = await open(t)
    await storage.put('twice', inChunks(randomBytes(5 * mebibyte)), options)
    const { stream } = await storage.get('twice')
    await once(stream, 'readable')
    stream.destroy()
    await once(stream, 'close')
    await storage.put('twice', inChunks(Buffer.from('second')), options)
    assert.equal(await textOf(storage, 'twice'), 'second')
  })

  test('is gone after delete, which may be called again', async (t) => {
    const storage = await open(t)
    await storage.put('deleted', inChunks(Buffer.from('x')), options)
    await storage.delete('deleted')
    await storage.delete('deleted')
    await storage.delete('never-was')
    for (const key of ['deleted', 'never-was']) await assertMissing(storage, key)
    assert.deepEqual(await keysOf(storage), [])
  })

  test('is one of those that raced for its key, whole', async (t) => {
    const storage = await open(t)
    const bodies = Array.from({ length: 5 }, () => randomBytes(5 * mebibyte))
    const results = await Promise.allSettled(bodies.map((bytes) => storage.put('raced', inChunks(bytes), options)))
    const kept = await buffer((await storage.get('raced')).stream)
    const winner = bodies.findIndex((bytes) => bytes.equals(kept))
    assert.equal(results[winner]?.status, 'fulfilled')
  })
}

function testFailedPuts(open: (t: TestContext) => Promise<Storage>): void {
  test('ObjectTooLarge at one byte over the limit, not at the limit', async (t) => {
    const storage = await open(t)
    await storage.put('at-limit', inChunks(randomBytes(100_000)), { ...options, maxBytes: 100_000 })
    const source = inChunks(randomBytes(100_001))
    await assert.rejects(storage.put('over', source, { ...options, maxBytes: 100_000 }), (error) => {
      return error instanceof ObjectTooLarge && error.maxBytes === 100_000
    })
    assert.ok(source.destroyed)
    await assertMissing(storage, 'over')
    assert.deepEqual(await keysOf(storage), ['at-limit'])
  })

  test('ObjectTooLarge cuts an endless source', async (t) => {
    const storage = await open(t)
    let given = 0
    const source = Readable.from(
      (function* () {
        for (;;) {
          given += mebibyte
          yield Buffer.alloc(mebibyte)
        }
      })(),
    )
    await assert.rejects(storage.put('endless', source, { ...options, maxBytes: 10 * mebibyte }), ObjectTooLarge)
    assert.ok(given < 40 * mebibyte, `${given} bytes were taken from the source`)
    await assertMissing(storage, 'endless')
  })

  test('a source that fails, at once or after much data, leaves nothing and its error is passed on', async (t) => {
    const storage = await open(t)
    for (const sizeBytes of [0, 10, 9 * mebibyte]) {
      const failure = new Error('the client is gone')
      const source = Readable.from(
        (async function* () {
          if (sizeBytes > 0) yield randomBytes(sizeBytes)
          throw failure
        })(),
      )
      await assert.rejects(storage.put('broken', source, options), (error) => error === failure)
      await assertMissing(storage, 'broken')
    }
    const destroyed = new Readable({ read() {} })
    const failure = new Error('destroyed before the put')
    destroyed.once('error', () => {}).destroy(failure)
    await assert.rejects(storage.put('broken', destroyed, options), (error) => error === failure)

    const vanishing = new Readable({ read() {} })
    vanishing.push(randomBytes(1000))
    const putting = storage.put('broken', vanishing, options)
    vanishing.destroy()
    await assert.rejects(putting, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
    await assertMissing(storage, 'broken')
    assert.deepEqual(await keysOf(storage), [])
  })

  test('a signal ends it, before or in the middle, and the source is destroyed', async (t) => {
    const storage = await open(t)
    const controller = new AbortController()
    const reason = new Error('shutting down')
    const source = new Readable({ read() {} })
    source.push(randomBytes(9 * mebibyte))
    const putting = storage.put('aborted', source, { ...options, signal: controller.signal })
    setImmediate(() => controller.abort(reason))
    await assert.rejects(putting, (error) => error === reason)
    assert.ok(source.destroyed)

    const second = inChunks(randomBytes(10))
    const signal = AbortSignal.abort(reason)
    await assert.rejects(storage.put('aborted', second, { ...options, signal }), (error) => error === reason)
    assert.ok(second.destroyed)
    await assertMissing(storage, 'aborted')
    assert.deepEqual(await keysOf(storage), [])
  })

  test('what the key held before stays', async (t) => {
    const storage = await open(t)
    await storage.put('kept', inChunks(Buffer.from('first')), options)
    const tooLarge = inChunks(randomBytes(9 * mebibyte))
    await assert.rejects(storage.put('kept', tooLarge, { ...options, maxBytes: 8 * mebibyte }), ObjectTooLarge)
    assert.equal(await textOf(storage, 'kept'), 'first')
  })
}

function testKeys(open: (t: TestContext) => Promise<Storage>): void {
  test('parts may be nested, and a key may be the beginning of another', async (t) => {
    const storage = await open(t)
    const keys = ['a', 'a/b', 'a/b/c', 'a-b', 'a.b', 'a_b', `${'long/'.repeat(39)}12345`, randomUUID()]
    for (const key of keys) await storage.put(key, inChunks(Buffer.from(key)), options)
    for (const key of keys) assert.equal(await textOf(storage, key), key)
    await storage.delete('a')
    assert.equal(await textOf(storage, 'a/b'), 'a/b')
    await assertMissing(storage, 'a')
  })

  test('anything that could lead elsewhere is a TypeError in every operation', async (t) => {
    const storage = await open(t)
    const keys = ['', '.', '..', '/', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a/..', './a', 'a/./b', '.a', 'a/.b']
    keys.push('a\\b', 'a\u0000b', 'a b', 'A', 'é', 'a~b', 'a%2fb', 'a\n', 'x'.repeat(201))
    for (const key of keys) {
      const source = inChunks(Buffer.from('x'))
      await assert.rejects(storage.put(key, source, options), TypeError, key)
      assert.ok(source.destroyed)
      await assert.rejects(async () => storage.get(key), TypeError, key)
      await assert.rejects(async () => storage.stat(key), TypeError, key)
      await assert.rejects(async () => storage.delete(key), TypeError, key)
    }
    assert.deepEqual(await keysOf(storage), [])
  })
}

function testList(open: (t: TestContext) => Promise<Storage>): void {
  test('names every object once, with the time of its last put', async (t) => {
    const storage = await open(t)
    const keys = Array.from({ length: 60 }, (_, index) => `courses/${index % 3}/file-${index}`)
    await Promise.all(keys.map((key) => storage.put(key, inChunks(Buffer.from(key)), options)))
    assert.deepEqual(await keysOf(storage), keys.sort())
    for await (const { key, modifiedAt } of storage.list()) {
      assert.equal(modifiedAt.getTime(), (await storage.stat(key)).modifiedAt.getTime())
    }
  })
}

function inChunks(bytes: Buffer): Readable {
  const chunkBytes = 64 * 1024
  const count = Math.ceil(bytes.length / chunkBytes)
  const chunks = Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  )
  return Readable.from(chunks, { objectMode: false })
}

async function textOf(storage: Storage, key: string): Promise<string> {
  return (await buffer((await storage.get(key)).stream)).toString('utf8')
}

async function keysOf(storage: Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return keys.sort()
}

async function assertMissing(storage: Storage, key: string): Promise<void> {
  const isMissing = (error: unknown) => error instanceof ObjectMissing && error.key === key
  await assert.rejects(storage.get(key), isMissing)
  await assert.rejects(storage.get(key, { start: 0, end: 0 }), isMissing)
  await assert.rejects(storage.stat(key), isMissing)
}
