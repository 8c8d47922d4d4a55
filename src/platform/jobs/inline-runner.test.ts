import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Type } from 'typebox'
import { inTransaction } from '#platform/database/transaction.ts'
import { eventually } from '#support/eventually.ts'
import { enqueueGreets, greet, greeter, nothingLeft } from '#support/greet-job.ts'
import { createJobLab, type JobLab } from '#support/job-lab.ts'
import { defineJob, handle } from './job.ts'
import { enqueue } from './outbox.ts'
import { claimDueJobs } from './queries.ts'
import { jobTables } from './tables.ts'

describe('several at once', () => {
  test('never more than the concurrency', async (t) => {
    const lab = await createJobLab(t)
    let now = 0
    let most = 0
    const handler = handle(greet, async () => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setImmediate(resolve))
      now--
    })
    for (let i = 0; i < 20; i++) await enqueueGreets(lab, `${i}`)
    await lab.start({ handlers: [handler], concurrency: 3 })
    await nothingLeft(lab)
    assert.equal(most, 3)
  })

  test('each job once, though three runners compete', async (t) => {
    const lab = await createJobLab(t)
    const { greeted, handler } = greeter()
    const names = Array.from({ length: 150 }, (_, i) => `${i}`)
    await inTransaction(lab.db, async (tx) => {
      for (const who of names) await enqueue(tx, greet, { who }, lab.clock.now())
    })
    for (let i = 0; i < 3; i++) await lab.start({ handlers: [handler] })
    await nothingLeft(lab)
    assert.deepEqual(
      greeted.map(Number).sort((a, b) => a - b),
      names.map(Number),
    )
  })

  test('a job of a newer release waits, and hinders nobody', async (t) => {
    const lab = await createJobLab(t)
    const { greeted, handler } = greeter()
    const unknown = defineJob({ name: 'test.from-the-future', payload: Type.Object({}), attempts: 1 })
    await inTransaction(lab.db, (tx) => enqueue(tx, unknown, {}, lab.clock.now()))
    await lab.start({ handlers: [handler] })
    await enqueueGreets(lab, 'ada')
    await eventually(() => assert.deepEqual(greeted, ['ada']))
    await eventually(async () =>
      assert.deepEqual(
        (await lab.rows()).map(({ name, state, attempts }) => ({ name, state, attempts })),
        [{ name: 'test.from-the-future', state: 'waiting', attempts: 0 }],
      ),
    )
  })
})

describe('a process that dies', () => {
  /** Claims like a process that then is killed. */
  async function claimAndDie({ db, clock }: JobLab, leaseSeconds: number) {
    const leaseEnd = new Date(clock.now().getTime() + leaseSeconds * 1000).toISOString()
    return claimDueJobs(jobTables(db), [greet.name], 10, clock.now().toISOString(), leaseEnd)
  }

  test('leaves its jobs to others when its lease ends, not before', async (t) => {
    const lab = await createJobLab(t)
    const { greeted, handler } = greeter()
    await enqueueGreets(lab, 'orphan')
    assert.equal((await claimAndDie(lab, 600)).length, 1)
    await lab.start({ handlers: [handler] })
    await enqueueGreets(lab, 'other')
    await eventually(() => assert.deepEqual(greeted, ['other']))
    lab.advance({ seconds: 601 })
    await eventually(() => assert.deepEqual(greeted, ['other', 'orphan']))
  })

  test('with the same job in every attempt makes it dead: it may be what kills the process', async (t) => {
    const lab = await createJobLab(t)
    const { greeted, handler } = greeter()
    await enqueueGreets(lab, 'poison')
    for (let i = 0; i < greet.attempts; i++) {
      assert.equal((await claimAndDie(lab, 600)).length, 1)
      lab.clock.advance({ seconds: 601 })
    }
    await lab.start({ handlers: [handler] })
    await eventually(async () => assert.equal((await lab.rows())[0]?.state, 'dead'))
    assert.deepEqual(greeted, [])
  })
})
