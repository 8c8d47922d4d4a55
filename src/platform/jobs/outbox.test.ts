import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inTransaction } from '#platform/database/transaction.ts'
import { eventually } from '#support/eventually.ts'
import { enqueueGreets, greet, greeter, nothingLeft } from '#support/greet-job.ts'
import { createJobLab } from '#support/job-lab.ts'
import { enqueue } from './outbox.ts'

describe('enqueue', () => {
  test('a job runs right after the commit, not at the next look at the table', async (t) => {
    const lab = await createJobLab(t)
    const { greeted, handler } = greeter()
    await lab.start({ handlers: [handler] })
    const started = performance.now()
    for (let i = 0; i < 10; i++) {
      await enqueueGreets(lab, `${i}`)
      await eventually(() => assert.equal(greeted.length, i + 1), { everyMs: 2 })
    }
    assert.ok(performance.now() - started < 5000, 'ten looks, a second apart, would take ten seconds')
    await nothingLeft(lab)
  })

  test('a job of a transaction that is rolled back never runs', async (t) => {
    const lab = await createJobLab(t)
    const { greeted, handler } = greeter()
    await lab.start({ handlers: [handler] })
    const failed = inTransaction(lab.db, async (tx) => {
      await enqueue(tx, greet, { who: 'nobody' }, lab.clock.now())
      throw new Error('no')
    })
    await assert.rejects(failed, /no/)
    await enqueueGreets(lab, 'somebody')
    await nothingLeft(lab)
    assert.deepEqual(greeted, ['somebody'])
  })

  test('a payload that does not fit is refused without showing its values, and nothing is written', async (t) => {
    const lab = await createJobLab(t)
    const wrong = { who: 4711 } as unknown as { who: string }
    await assert.rejects(
      inTransaction(lab.db, (tx) => enqueue(tx, greet, wrong, lab.clock.now())),
      (error: Error) => /test\.greet.*\/who/.test(error.message) && !error.message.includes('4711'),
    )
    assert.deepEqual(await lab.rows(), [])
  })

  test('a job with a later time does not run before it', async (t) => {
    const lab = await createJobLab(t)
    const { greeted, handler } = greeter()
    await lab.start({ handlers: [handler] })
    const inAnHour = new Date(lab.clock.now().getTime() + 3_600_000)
    await inTransaction(lab.db, (tx) => enqueue(tx, greet, { who: 'later' }, lab.clock.now(), inAnHour))
    await enqueueGreets(lab, 'now')
    await eventually(() => assert.deepEqual(greeted, ['now']))
    lab.advance({ hours: 1 })
    await eventually(() => assert.deepEqual(greeted, ['now', 'later']))
  })
})
