import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Type } from 'typebox'
import { inTransaction } from '#platform/database/transaction.ts'
import { eventually } from '#support/eventually.ts'
import { enqueueGreets, greet, greeter, nothingLeft } from '#support/greet-job.ts'
import { createJobLab } from '#support/job-lab.ts'
import { defineJob, handle, PermanentJobFailure } from './job.ts'
import { enqueue } from './outbox.ts'

describe('a job that fails', () => {
  test('is tried again after growing pauses, then dead with a scrubbed error, and left alone', async (t) => {
    const lab = await createJobLab(t)
    let runs = 0
    const handler = handle(greet, async () => {
      throw new Error(`run ${++runs}: smtp://postman:hunter2@mail refused ada@example.org`)
    })
    await lab.start({ handlers: [handler] })
    await enqueueGreets(lab, 'ada')
    for (let attempt = 1; attempt <= 2; attempt++) {
      await eventually(async () => {
        const [row] = await lab.rows()
        assert.deepEqual([row?.state, row?.attempts], ['waiting', attempt])
      })
      assert.equal(runs, attempt)
      lab.advance({ seconds: 2 ** attempt })
    }
    const [dead] = await eventually(async () => {
      const rows = await lab.rows()
      assert.equal(rows[0]?.state, 'dead')
      return rows
    })
    assert.match(dead?.last_error ?? '', /run 3: smtp:\/\/postman:\[redacted\]@mail refused \[mail address\]/)
    lab.advance({ days: 30 })
    const idle = await lab.start({ handlers: [greeter().handler] })
    await idle.stop(1)
    assert.equal(runs, 3)
    assert.equal(lab.logText().includes('hunter2'), false)
  })

  test('is dead at once when its handler says that no attempt can help', async (t) => {
    const lab = await createJobLab(t)
    const handler = handle(greet, async () => {
      throw new PermanentJobFailure('nobody of that name')
    })
    await lab.start({ handlers: [handler] })
    await enqueueGreets(lab, 'x')
    await eventually(async () =>
      assert.deepEqual(
        (await lab.rows()).map((row) => [row.state, row.attempts]),
        [['dead', 1]],
      ),
    )
  })

  test('is dead at once when its stored payload does not fit, and its handler never sees it', async (t) => {
    const lab = await createJobLab(t)
    const { greeted, handler } = greeter()
    await enqueueGreets(lab, 'x')
    await lab.db
      .updateTable('job')
      .set({ payload: JSON.stringify({ who: 1 }) })
      .execute()
    await lab.start({ handlers: [handler] })
    await eventually(async () => assert.equal((await lab.rows())[0]?.state, 'dead'))
    assert.deepEqual(greeted, [])
  })

  test('fails when it takes too long, also when it does not listen; its late writes are refused', async (t) => {
    const lab = await createJobLab(t)
    const slow = defineJob({ name: 'test.slow', payload: Type.Object({}), attempts: 1, timeoutSeconds: 0.05 })
    const late = Promise.withResolvers<unknown>()
    const handler = handle(slow, async (_payload, context) => {
      // Deaf to its signal: goes on until the job is dead.
      await eventually(async () => assert.equal((await lab.rows())[0]?.state, 'dead'))
      await inTransaction(lab.db, (tx) => context.finish(tx)).then(late.resolve, late.resolve)
    })
    await lab.start({ handlers: [handler] })
    await inTransaction(lab.db, (tx) => enqueue(tx, slow, {}, lab.clock.now()))
    assert.match(String(await late.promise), /JobLost/)
    assert.match((await lab.rows())[0]?.last_error ?? '', /took longer than 0\.05 s/)
  })
})

describe('a lease', () => {
  test('is renewed while the job runs: no other runner takes it', async (t) => {
    const lab = await createJobLab(t)
    let runs = 0
    const handler = handle(greet, async () => {
      runs++
      await new Promise((resolve) => setTimeout(resolve, 1500))
    })
    for (let i = 0; i < 2; i++) await lab.start({ handlers: [handler], leaseSeconds: 0.6 })
    await enqueueGreets(lab, 'slow')
    await nothingLeft(lab)
    assert.equal(runs, 1)
  })

  test('that was lost aborts the run, and its writes are rolled back: the effect happens once', async (t) => {
    const lab = await createJobLab(t)
    const outcomes: string[] = []
    const handler = handle(greet, async (_payload, context) => {
      if (context.attempt === 1) {
        // The clock jumps over the end of the lease, as for a process that was frozen; the other runner takes over.
        lab.advance({ seconds: 61 })
        await eventually(() => assert.ok(outcomes.includes('2 done')))
      }
      const work = inTransaction(lab.db, async (tx) => {
        await tx
          .insertInto('recurring_job')
          .values({ name: `by ${context.attempt}`, next_run_at: lab.clock.now().toISOString() })
          .execute()
        await context.finish(tx)
      })
      await work.then(
        () => outcomes.push(`${context.attempt} done`),
        (error: Error) => {
          outcomes.push(`${context.attempt} ${error.name}`)
          throw error
        },
      )
    })
    for (let i = 0; i < 2; i++) await lab.start({ handlers: [handler], leaseSeconds: 60 })
    await enqueueGreets(lab, 'twice')
    await eventually(() => assert.deepEqual(outcomes, ['2 done', '1 JobLost']))
    const effects = await lab.db.selectFrom('recurring_job').select('name').execute()
    assert.deepEqual(effects, [{ name: 'by 2' }])
    assert.deepEqual(await lab.rows(), [])
  })
})

describe('a graceful stop', () => {
  test('waits for running jobs and takes no new ones', async (t) => {
    const lab = await createJobLab(t)
    const gate = Promise.withResolvers<void>()
    const greeted: string[] = []
    const handler = handle(greet, async ({ who }) => {
      greeted.push(who)
      await gate.promise
    })
    const running = await lab.start({ handlers: [handler], concurrency: 1 })
    await enqueueGreets(lab, 'first')
    await eventually(() => assert.deepEqual(greeted, ['first']))
    const stopped = running.stop(20)
    await enqueueGreets(lab, 'second')
    gate.resolve()
    await stopped
    assert.deepEqual(
      (await lab.rows()).map(({ state, attempts }) => ({ state, attempts })),
      [{ state: 'waiting', attempts: 0 }],
    )
    assert.deepEqual(greeted, ['first'])
  })

  test('gives back what does not end in time: another process runs it at once, and no attempt is counted', async (t) => {
    const lab = await createJobLab(t)
    const reasons: string[] = []
    const endless = handle(greet, (_payload, { signal }) => {
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(String(signal.reason))
          reject(new Error('stopped half-way'))
        })
      })
    })
    const running = await lab.start({ handlers: [endless], leaseSeconds: 600 })
    await enqueueGreets(lab, 'ada')
    await eventually(async () => assert.equal((await lab.rows())[0]?.state, 'running'))
    await running.stop(0.05)
    assert.match(reasons[0] ?? '', /stops/)
    assert.deepEqual(
      (await lab.rows()).map(({ state, attempts }) => ({ state, attempts })),
      [{ state: 'waiting', attempts: 0 }],
    )
    const { greeted, handler } = greeter()
    await lab.start({ handlers: [handler] })
    await eventually(() => assert.deepEqual(greeted, ['ada']))
  })
})
