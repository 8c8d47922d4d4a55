import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { createJobFaults, range } from './fixtures/job-faults.ts'

describe('a worker killed with SIGKILL', () => {
  test('in the middle of jobs: another runs them, and each effect happens once', async (t) => {
    const faults = await createJobFaults(t)
    const victim = await faults.spawn(t, 'work')
    await faults.enqueue(range(4), { waitsForGate: true })
    await eventually(async () => assert.equal(await faults.runsBegun(), 4))
    victim.signal('SIGKILL')
    await victim.ended
    await faults.openGate()
    assert.deepEqual(await faults.effects(), [])
    await faults.spawn(t, 'work')
    await faults.allDone()
    assert.deepEqual(await faults.effects(), range(4))
    assert.equal(await faults.runsBegun(), 8)
  })

  test('again and again under a stream of jobs: none is lost, none has its effect twice', async (t) => {
    const faults = await createJobFaults(t)
    await faults.spawn(t, 'serve')
    await faults.spawn(t, 'work')
    for (let round = 0; round < 4; round++) {
      const victim = await faults.spawn(t, 'work')
      const begunBefore = await faults.runsBegun()
      await faults.enqueue(range(100).map((n) => round * 100 + n))
      // Somewhere in the middle of the hundred.
      await eventually(async () => assert.ok((await faults.runsBegun()) > begunBefore + 20 * round), { everyMs: 1 })
      victim.signal('SIGKILL')
      await victim.ended
    }
    await faults.allDone()
    assert.deepEqual(await faults.effects(), range(400))
  })

  test('without Redis too: in-process runners on one PostgreSQL take over from each other', async (t) => {
    const faults = await createJobFaults(t)
    const inline = { TASKS_FORCE_INLINE: 'true', REDIS_URL: '' }
    const victim = await faults.spawn(t, 'serve', inline)
    await faults.enqueue(range(4), { waitsForGate: true })
    await eventually(async () => assert.equal(await faults.runsBegun(), 4))
    victim.signal('SIGKILL')
    await victim.ended
    await faults.openGate()
    for (let i = 0; i < 2; i++) await faults.spawn(t, 'serve', inline)
    await faults.allDone()
    assert.deepEqual(await faults.effects(), range(4))
  })
})

describe('a worker frozen past its lease', () => {
  test('finds its jobs taken when it wakes: each effect happens once', async (t) => {
    const faults = await createJobFaults(t)
    const frozen = await faults.spawn(t, 'work')
    await faults.enqueue(range(4), { waitsForGate: true })
    await eventually(async () => assert.equal(await faults.runsBegun(), 4))
    frozen.signal('SIGSTOP')
    await faults.openGate()
    await faults.spawn(t, 'work')
    await faults.allDone()
    frozen.signal('SIGCONT')
    await eventually(() => assert.match(frozen.output(), /job lost/))
    assert.deepEqual(await faults.effects(), range(4))
  })
})

describe('a worker told to stop', () => {
  test('finishes what it runs, and exits by itself', async (t) => {
    const faults = await createJobFaults(t)
    const worker = await faults.spawn(t, 'work')
    await faults.enqueue(range(2), { waitsForGate: true })
    await eventually(async () => assert.equal(await faults.runsBegun(), 2))
    worker.signal('SIGTERM')
    await faults.openGate()
    assert.equal(await worker.ended, 0)
    assert.deepEqual(await faults.effects(), [0, 1])
    assert.equal(await faults.runsBegun(), 2)
    await faults.allDone()
  })

  test('gives back what does not end in time: another worker has it before the lease would have ended', async (t) => {
    const faults = await createJobFaults(t)
    const settings = { JOB_LEASE_SECONDS: '600', SHUTDOWN_TIMEOUT_SECONDS: '1' }
    const worker = await faults.spawn(t, 'work', settings)
    await faults.enqueue(range(2), { waitsForGate: true })
    await eventually(async () => assert.equal(await faults.runsBegun(), 2))
    worker.signal('SIGTERM')
    assert.equal(await worker.ended, 0)
    assert.deepEqual(await faults.effects(), [])
    await faults.openGate()
    await faults.spawn(t, 'work', settings)
    await faults.allDone()
    assert.deepEqual(await faults.effects(), [0, 1])
  })
})
