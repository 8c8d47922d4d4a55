import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, type TestContext, test } from 'node:test'
import { enqueue } from '#platform/jobs/outbox.ts'
import { openDiskStorage } from '#platform/storage/disk-storage.ts'
import { createHarness, type HarnessOptions } from '#support/harness.ts'
import { upload } from '#support/uploads.ts'
import { collectOrphans } from './jobs.ts'

async function setUp(t: TestContext, options: HarnessOptions = {}) {
  const harness = await createHarness(t, options)
  const storage = await openDiskStorage({ directory: join(harness.dataDirectory, 'files') })
  async function keys(): Promise<string[]> {
    const found: string[] = []
    for await (const { key } of storage.list()) found.push(key)
    return found.sort()
  }
  return {
    ...harness,
    keys,
    put: (key: string) =>
      storage.put(key, Readable.from([Buffer.from('x')]), { maxBytes: 10, contentType: 'text/plain' }),
    async collect() {
      await enqueue(harness.db, collectOrphans, {}, harness.clock.now())
      return harness.runJobs()
    },
  }
}

describe('files.collect-orphans', () => {
  test('takes what no file refers to for a day, and nothing else', async (t) => {
    const { signUp, clock, keys, put, collect, metrics } = await setUp(t)
    const { id } = await upload(await signUp('student'))
    for (let i = 0; i < 5; i++) await put(`files/orphan-${i}`)
    await put('certificates/of-another-part')
    const all = await keys()
    clock.advance({ hours: 23 })
    await collect()
    assert.deepEqual(await keys(), all)
    clock.advance({ hours: 2 })
    assert.deepEqual(await collect(), ['files.collect-orphans'])
    assert.deepEqual(await keys(), ['certificates/of-another-part', `files/${id}`])
    assert.match(await metrics.metrics(), /lms_files_objects_removed_total\{reason="orphaned"\} 5\n/)
  })

  test('takes the content of a deleted file whose own job was lost', async (t) => {
    const { signUp, db, clock, keys, collect } = await setUp(t)
    const student = await signUp('student')
    const [kept, deleted] = [await upload(student), await upload(student)]
    assert.equal((await student.delete(`/files/${deleted.id}`)).statusCode, 204)
    await db.deleteFrom('job').execute()
    clock.advance({ days: 2 })
    await collect()
    assert.deepEqual(await keys(), [`files/${kept.id}`])
  })

  test('takes nothing when the database knows no file at all: it is the wrong database', async (t) => {
    const { clock, keys, put, collect } = await setUp(t)
    await put('files/somebody-s')
    clock.advance({ days: 2 })
    await assert.rejects(collect(), /ended as dead/)
    assert.deepEqual(await keys(), ['files/somebody-s'])
  })
})

test('files.remove-content is tried again while the storage is away', async (t) => {
  const { signUp, clock, keys, runJobs, dataDirectory } = await setUp(t)
  const student = await signUp('student')
  const { id } = await upload(student)
  assert.equal((await student.delete(`/files/${id}`)).statusCode, 204)
  const directory = join(dataDirectory, 'files')
  await rename(join(directory, 'objects'), join(directory, 'away'))
  // A disk that is not mounted has no such object, either: that must not count as removed.
  await assert.rejects(runJobs(), /ended as retried/)
  await rename(join(directory, 'away'), join(directory, 'objects'))
  clock.advance({ hours: 1 })
  assert.deepEqual(await runJobs(), ['files.remove-content'])
  assert.deepEqual(await keys(), [])
})
