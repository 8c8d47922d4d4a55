import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Type } from 'typebox'
import type { Metrics } from '#platform/metrics/metrics.ts'
import { eventually } from '#support/eventually.ts'
import { createJobLab, type JobLab } from '#support/job-lab.ts'
import { defineJob, handle, type JobDefinition } from './job.ts'
import { enqueue } from './outbox.ts'
import { claimDueJobs } from './queries.ts'
import { jobTables } from './tables.ts'

const empty = Type.Object({})
const good = defineJob({ name: 'test.good', payload: empty, attempts: 2 })
const bad = defineJob({ name: 'test.bad', payload: empty, attempts: 2 })
const strange = defineJob({ name: 'test.strange', payload: empty, attempts: 1 })
const stranger = defineJob({ name: 'test.stranger', payload: empty, attempts: 1 })

const handlers = [
  handle(good, async () => {}),
  handle(bad, async () => {
    throw new Error('no')
  }),
]

const add = (lab: JobLab, job: JobDefinition, at = lab.clock.now()) => enqueue(lab.db, job, {}, at)

async function value(metrics: Metrics, series: string): Promise<number> {
  const line = (await metrics.metrics()).split('\n').find((one) => one.startsWith(`${series} `))
  assert.ok(line, `there is no series ${series}`)
  return Number(line.slice(series.length + 1))
}

describe('the metrics of jobs', () => {
  test('every series exists at zero before the first job', async (t) => {
    const lab = await createJobLab(t)
    const { metrics } = await lab.start({ handlers })
    for (const job of ['test.good', 'test.bad', 'unknown']) {
      for (const name of ['waiting', 'oldest_waiting_age_seconds', 'dead', 'oldest_dead_age_seconds'])
        assert.equal(await value(metrics, `lms_jobs_${name}{job_name="${job}"}`), 0)
    }
    assert.equal(await value(metrics, 'lms_jobs_running{job_name="test.good"}'), 0)
    assert.equal(await value(metrics, 'lms_job_run_duration_seconds_count{job_name="test.good"}'), 0)
    for (const outcome of ['retried', 'dead'])
      assert.equal(await value(metrics, `lms_job_failures_total{job_name="test.good",outcome="${outcome}"}`), 0)
  })

  test('runs and failures are counted by job and by what became of it', async (t) => {
    const lab = await createJobLab(t)
    const { metrics } = await lab.start({ handlers })
    await add(lab, good)
    await add(lab, bad)
    await eventually(async () => assert.equal((await lab.rows())[0]?.attempts, 1))
    lab.advance({ seconds: 2 })
    await eventually(async () => assert.equal((await lab.rows())[0]?.state, 'dead'))
    assert.equal(await value(metrics, 'lms_job_run_duration_seconds_count{job_name="test.good"}'), 1)
    assert.equal(await value(metrics, 'lms_job_run_duration_seconds_count{job_name="test.bad"}'), 2)
    assert.equal(await value(metrics, 'lms_job_failures_total{job_name="test.bad",outcome="retried"}'), 1)
    assert.equal(await value(metrics, 'lms_job_failures_total{job_name="test.bad",outcome="dead"}'), 1)
    assert.equal(await value(metrics, 'lms_job_failures_total{job_name="test.good",outcome="dead"}'), 0)
    assert.equal(await value(metrics, 'lms_jobs_dead{job_name="test.bad"}'), 1)
    lab.clock.advance({ hours: 2 })
    const age = await value(metrics, 'lms_jobs_oldest_dead_age_seconds{job_name="test.bad"}')
    assert.ok(age >= 7200 && age < 7300, `${age}`)
  })

  test('backlog and age count what is due, and jobs of a newer release under one name', async (t) => {
    const lab = await createJobLab(t)
    const stopped = await lab.start({ handlers })
    await stopped.stop(0)
    const now = lab.clock.now().getTime()
    await add(lab, good, new Date(now - 60_000))
    await add(lab, good, new Date(now - 30_000))
    await add(lab, strange, new Date(now - 90_000))
    await add(lab, stranger, new Date(now - 10_000))
    await enqueue(lab.db, good, {}, lab.clock.now(), new Date(now + 3_600_000))
    const { metrics } = stopped
    assert.equal(await value(metrics, 'lms_jobs_waiting{job_name="test.good"}'), 2)
    assert.equal(await value(metrics, 'lms_jobs_waiting{job_name="unknown"}'), 2)
    const oldest = await value(metrics, 'lms_jobs_oldest_waiting_age_seconds{job_name="test.good"}')
    assert.ok(oldest >= 60 && oldest < 70, `${oldest}`)
    const unknown = await value(metrics, 'lms_jobs_oldest_waiting_age_seconds{job_name="unknown"}')
    assert.ok(unknown >= 90 && unknown < 100, `${unknown}`)
    assert.equal((await metrics.metrics()).includes('strange'), false)
  })

  test('jobs of a process that died wait again when its lease has ended, not before', async (t) => {
    const lab = await createJobLab(t)
    await add(lab, good)
    const now = lab.clock.now()
    const leaseEnd = new Date(now.getTime() + 60_000)
    await claimDueJobs(jobTables(lab.db), [good.name], 1, now.toISOString(), leaseEnd.toISOString())
    const waitingAfter = async (seconds: number) => {
      lab.clock.advance({ seconds })
      // To a process that does not know it the job is a stranger, which it counts but does not run.
      const observer = await lab.start({ handlers: [] })
      return value(observer.metrics, 'lms_jobs_waiting{job_name="unknown"}')
    }
    assert.equal(await waitingAfter(0), 0)
    assert.equal(await waitingAfter(61), 1)
  })

  test('many scrapes at once read the table once, and none fails when the database is gone', async (t) => {
    const lab = await createJobLab(t)
    const process = await lab.start({ handlers: [] })
    await process.stop(0)
    await add(lab, strange)
    let queries = 0
    lab.onQuery(() => queries++)
    await Promise.all(Array.from({ length: 20 }, () => process.metrics.metrics()))
    assert.equal(queries, 1)
    const other = await lab.start({ handlers: [] })
    await other.stop(0)
    await lab.db.destroy()
    assert.equal(await value(other.metrics, 'lms_jobs_waiting{job_name="unknown"}'), 0)
  })
})
