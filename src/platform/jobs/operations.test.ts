import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Type } from 'typebox'
import { eventually } from '#support/eventually.ts'
import { createJobLab, type JobLab } from '#support/job-lab.ts'
import { defineJob, handle } from './job.ts'
import { discardDeadJobs, listJobs, retryDeadJobs } from './operations.ts'
import { enqueue } from './outbox.ts'

const payload = Type.Object({})
const one = defineJob({ name: 'test.one', payload, attempts: 1 })
const other = defineJob({ name: 'test.other', payload, attempts: 1 })
const later = defineJob({ name: 'test.later', payload, attempts: 1 })

/** Two dead jobs of `one`, one of `other`, and a waiting one that nobody can run. */
async function withDeadJobs(lab: JobLab) {
  const fails = async () => {
    throw new Error('no')
  }
  const running = await lab.start({ handlers: [handle(one, fails), handle(other, fails)] })
  for (const job of [one, one, other, later]) await enqueue(lab.db, job, {}, lab.clock.now())
  await eventually(async () => assert.equal((await listJobs(lab.db, { state: 'dead' }, 10)).total, 3))
  await running.stop(1)
}

const states = async (lab: JobLab) => (await lab.rows()).map((row) => `${row.name} ${row.state}`)

describe('an operator', () => {
  test('lists jobs by state and name, oldest first, with the number of all', async (t) => {
    const lab = await createJobLab(t)
    await withDeadJobs(lab)
    const { jobs, total } = await listJobs(lab.db, {}, 3)
    assert.deepEqual([jobs.map((job) => job.name), total], [['test.one', 'test.one', 'test.other'], 4])
    assert.deepEqual([jobs[0]?.last_error, jobs[0]?.attempts], ['Error: no', 1])
    assert.equal((await listJobs(lab.db, { state: 'dead', name: 'test.other' }, 10)).total, 1)
    assert.equal((await listJobs(lab.db, { state: 'waiting' }, 10)).jobs[0]?.name, 'test.later')
  })

  test('retries dead jobs, which get all their attempts again; others are left alone', async (t) => {
    const lab = await createJobLab(t)
    await withDeadJobs(lab)
    assert.equal((await retryDeadJobs(lab.db, { name: 'test.one' }, lab.clock.now())).length, 2)
    assert.deepEqual(await states(lab), [
      'test.one waiting',
      'test.one waiting',
      'test.other dead',
      'test.later waiting',
    ])
    let runs = 0
    await lab.start({ handlers: [handle(one, async () => void runs++)] })
    await eventually(async () => assert.deepEqual(await states(lab), ['test.other dead', 'test.later waiting']))
    assert.equal(runs, 2)
  })

  test('discards dead jobs by id, and no waiting one', async (t) => {
    const lab = await createJobLab(t)
    await withDeadJobs(lab)
    const ids = (await listJobs(lab.db, {}, 10)).jobs.map((job) => job.id)
    const discarded = await discardDeadJobs(lab.db, { ids: [ids[0] ?? '', ids[3] ?? '', 'no-such-id'] })
    assert.deepEqual(discarded, [ids[0]])
    assert.deepEqual(await states(lab), ['test.one dead', 'test.other dead', 'test.later waiting'])
  })
})
