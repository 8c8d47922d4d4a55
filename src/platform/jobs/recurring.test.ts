import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Type } from 'typebox'
import { eventually } from '#support/eventually.ts'
import { createJobLab, type JobLab } from '#support/job-lab.ts'
import { defineJob, handle } from './job.ts'
import { enqueueDueRecurring } from './recurrence.ts'
import { defineRecurring, nextDue } from './recurring.ts'
import { jobTables } from './tables.ts'

const sweep = defineJob({ name: 'test.sweep', payload: Type.Object({ days: Type.Integer() }), attempts: 1 })
const hourly = defineRecurring({ job: sweep, everySeconds: 3600, payload: { days: 7 } })

const look = ({ db, clock }: JobLab, recurring = hourly) => enqueueDueRecurring(jobTables(db), [recurring], clock.now())
const enqueued = async (lab: JobLab) => (await lab.rows()).length

describe('a recurring job', () => {
  test('is enqueued once per period, though ten processes look at the same moment', async (t) => {
    const lab = await createJobLab(t)
    await look(lab)
    assert.equal(await enqueued(lab), 0)
    for (let period = 1; period <= 3; period++) {
      lab.clock.advance({ hours: 1, seconds: 1 })
      await Promise.all(Array.from({ length: 10 }, () => look(lab)))
      assert.equal(await enqueued(lab), period)
    }
    const payloads = await lab.db.selectFrom('job').select('payload').execute()
    assert.deepEqual(payloads[0], { payload: { days: 7 } })
  })

  test('is enqueued once after a week without any process, and then keeps its beat', async (t) => {
    const lab = await createJobLab(t)
    const first = await look(lab)
    lab.clock.advance({ days: 7, minutes: 10 })
    const next = await look(lab)
    await look(lab)
    assert.equal(await enqueued(lab), 1)
    assert.equal((next - first) % 3_600_000, 0)
    assert.ok(next > lab.clock.now().getTime() && next <= lab.clock.now().getTime() + 3_600_000)
  })

  test('follows a schedule that a new release has made shorter', async (t) => {
    const lab = await createJobLab(t)
    await look(lab, defineRecurring({ job: sweep, everySeconds: 86_400, payload: { days: 7 } }))
    await look(lab)
    lab.clock.advance({ hours: 1, seconds: 1 })
    await look(lab)
    assert.equal(await enqueued(lab), 1)
  })

  test('runs in a process that does nothing else', async (t) => {
    const lab = await createJobLab(t)
    const runs: number[] = []
    const handler = handle(sweep, async ({ days }) => void runs.push(days))
    const everySecond = defineRecurring({ job: sweep, everySeconds: 1, payload: { days: 7 } })
    await lab.start({ handlers: [handler], recurring: [everySecond] })
    await eventually(() => assert.deepEqual(runs.slice(0, 2), [7, 7]))
  })
})

describe('the next time of a schedule', () => {
  const at = (time: string) => new Date(`2026-03-01T${time}:00.000Z`)

  test('daily: today when the time is still to come, else tomorrow', () => {
    const schedule = { dailyAt: '03:30' } as const
    assert.equal(nextDue(schedule, at('03:29')).toISOString(), '2026-03-01T03:30:00.000Z')
    assert.equal(nextDue(schedule, at('03:30')).toISOString(), '2026-03-02T03:30:00.000Z')
    assert.equal(nextDue(schedule, at('23:59')).toISOString(), '2026-03-02T03:30:00.000Z')
  })

  test('in seconds: after now, a whole number of periods after the time before', () => {
    const schedule = { everySeconds: 600 }
    assert.equal(nextDue(schedule, at('10:00'), at('10:00')).toISOString(), at('10:10').toISOString())
    assert.equal(nextDue(schedule, at('10:19'), at('10:00')).toISOString(), at('10:20').toISOString())
    assert.equal(nextDue(schedule, at('10:20'), at('10:00')).toISOString(), at('10:30').toISOString())
  })

  test('an impossible schedule is refused', () => {
    for (const schedule of [
      { everySeconds: 0 },
      { everySeconds: 1.5 },
      { dailyAt: '24:00' },
      { dailyAt: '3:30' },
    ] as const)
      assert.throws(() => defineRecurring({ job: sweep, payload: { days: 1 }, ...schedule }), /schedule of test\.sweep/)
  })
})
