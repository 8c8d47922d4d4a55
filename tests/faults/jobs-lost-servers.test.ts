import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Redis } from 'ioredis'
import { eventually } from '#support/eventually.ts'
import { createJobFaults, type JobFaults, range } from './fixtures/job-faults.ts'

/** Resolves when so many jobs wait in Redis. */
async function waitingInRedis({ redis }: JobFaults, count: number): Promise<void> {
  const client = new Redis(redis.url)
  try {
    await eventually(async () => assert.equal(await client.llen('lms:bullmq:jobs:wait'), count))
  } finally {
    client.disconnect()
  }
}

describe('Redis killed with SIGKILL and started empty', () => {
  test('with jobs handed over that no worker had begun: all run, once', async (t) => {
    const faults = await createJobFaults(t)
    await faults.spawn(t, 'serve')
    await faults.enqueue(range(50))
    await waitingInRedis(faults, 50)
    await faults.redis.kill()
    await faults.redis.start()
    await faults.spawn(t, 'work')
    await faults.allDone()
    assert.deepEqual(await faults.effects(), range(50))
  })

  test('under a worker with running and waiting jobs: it goes on, and all run, once', async (t) => {
    const faults = await createJobFaults(t)
    const worker = await faults.spawn(t, 'work')
    await faults.enqueue(range(20), { waitsForGate: true })
    await eventually(async () => assert.equal(await faults.runsBegun(), 4))
    await faults.redis.kill()
    await faults.openGate()
    // What runs needs no Redis to end.
    await eventually(async () => assert.equal((await faults.effects()).length, 4))
    await faults.redis.start()
    await faults.allDone()
    assert.deepEqual(await faults.effects(), range(20))
    worker.signal('SIGTERM')
    assert.equal(await worker.ended, 0)
  })
})

describe('Redis away', () => {
  test('while jobs are enqueued: nothing fails, and they run when it is back', async (t) => {
    const faults = await createJobFaults(t)
    await faults.spawn(t, 'serve')
    await faults.spawn(t, 'work')
    await faults.redis.kill()
    for (const n of range(10)) await faults.enqueue([n])
    await faults.redis.start()
    await faults.allDone()
    assert.deepEqual(await faults.effects(), range(10))
  })

  test('when the processes start: they wait for it', async (t) => {
    const faults = await createJobFaults(t)
    await faults.redis.kill()
    await faults.spawn(t, 'serve')
    await faults.spawn(t, 'work')
    await faults.enqueue(range(10))
    await faults.redis.start()
    await faults.allDone()
    assert.deepEqual(await faults.effects(), range(10))
  })
})

describe('PostgreSQL killed with SIGKILL and started again', () => {
  test('under workers that run jobs: nothing acknowledged is lost, and each effect happens once', async (t) => {
    const faults = await createJobFaults(t, { durable: true })
    await faults.spawn(t, 'serve')
    for (let i = 0; i < 2; i++) await faults.spawn(t, 'work')
    await faults.enqueue(range(200))
    await eventually(async () => assert.ok((await faults.effects()).length > 20), { everyMs: 1 })
    await faults.postgres.kill()
    await faults.postgres.start()
    await faults.allDone()
    assert.deepEqual(await faults.effects(), range(200))
  })
})
