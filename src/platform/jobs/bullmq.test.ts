import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { Redis } from 'ioredis'
import { eventually } from '#support/eventually.ts'
import { enqueueGreets, greet, greeter, nothingLeft } from '#support/greet-job.ts'
import { createJobLab } from '#support/job-lab.ts'
import { handle } from './job.ts'
import { toNotice } from './notice.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}`)
const sorted = (names: readonly string[]) => names.map(Number).sort((a, b) => a - b)

describe('what Redis is told of a job', () => {
  const job = { id: '0198', name: 'test.greet', claims: 2 }

  test('is one entry however often it is handed over, and a new one after the next claim', () => {
    assert.equal(toNotice(job).opts.jobId, toNotice({ ...job }).opts.jobId)
    assert.notEqual(toNotice(job).opts.jobId, toNotice({ ...job, claims: 3 }).opts.jobId)
  })

  test('is where to find it, never what it says', () => {
    assert.deepEqual(toNotice(job).data, { id: '0198', claims: 2 })
  })
})

// There is more to test only where there is a Redis: npm test provides one, npm run test:quick needs none.
const url = process.env.TEST_REDIS_URL
if (url) {
  /** A lab whose processes hand over through a part of Redis of their own. */
  async function createRedisLab(t: TestContext) {
    const redis = { url: url as string, prefix: `test:${randomBytes(6).toString('hex')}:` }
    const client = new Redis(redis.url)
    const keys = () => client.keys(`${redis.prefix}*`)
    t.after(async () => {
      const left = await keys()
      if (left.length > 0) await client.del(left)
      client.disconnect()
    })
    const lab = await createJobLab(t)
    return { lab, redis, client, keys }
  }

  describe('jobs through Redis', () => {
    test('run in the worker, right after the commit in the process that only hands over', async (t) => {
      const { lab, redis } = await createRedisLab(t)
      const { greeted, handler } = greeter()
      const api = greeter()
      await lab.start({ handlers: [api.handler], redis, runs: false })
      await lab.start({ handlers: [handler], redis })
      await enqueueGreets(lab, 'warm-up')
      await eventually(() => assert.equal(greeted.length, 1))
      const started = performance.now()
      for (const who of numbers(10)) {
        await enqueueGreets(lab, who)
        await eventually(() => assert.equal(greeted.at(-1), who), { everyMs: 2 })
      }
      assert.ok(performance.now() - started < 5000, 'ten looks, a second apart, would take ten seconds')
      await nothingLeft(lab)
      assert.deepEqual(api.greeted, [])
    })

    test('run once each, though three relays and two workers compete, and leave nothing in Redis', async (t) => {
      const { lab, redis, keys } = await createRedisLab(t)
      const { greeted, handler } = greeter()
      await lab.start({ handlers: [handler], redis, runs: false })
      for (let i = 0; i < 2; i++) await lab.start({ handlers: [handler], redis })
      await enqueueGreets(lab, ...numbers(150))
      await nothingLeft(lab)
      assert.deepEqual(sorted(greeted), sorted(numbers(150)))
      await eventually(async () => {
        const ofJobs = (await keys()).filter((key) => /[0-9a-f]{12}-\d+$/.test(key))
        assert.deepEqual(ofJobs, [])
      })
    })

    test('that fail are tried again after a pause, then dead', async (t) => {
      const { lab, redis } = await createRedisLab(t)
      let runs = 0
      const handler = handle(greet, async () => {
        throw new Error(`run ${++runs}`)
      })
      await lab.start({ handlers: [handler], redis })
      await enqueueGreets(lab, 'x')
      await eventually(async () =>
        assert.deepEqual(
          (await lab.rows()).map((row) => row.last_error),
          ['Error: run 1'],
        ),
      )
      lab.advance({ seconds: 2 })
      await eventually(async () => assert.equal((await lab.rows())[0]?.last_error, 'Error: run 2'))
      lab.advance({ seconds: 4 })
      await eventually(async () => assert.equal((await lab.rows())[0]?.state, 'dead'))
      assert.equal(runs, 3)
    })

    test('that Redis has lost run after the time of a hand-over', async (t) => {
      const { lab, redis, client, keys } = await createRedisLab(t)
      const { greeted, handler } = greeter()
      await lab.start({ handlers: [handler], redis, runs: false, leaseSeconds: 60 })
      await enqueueGreets(lab, ...numbers(5))
      const waiting = `${redis.prefix}bullmq:jobs:wait`
      await eventually(async () => assert.equal(await client.llen(waiting), 5))
      await client.del(await keys())
      await lab.start({ handlers: [handler], redis, leaseSeconds: 60 })
      lab.advance({ seconds: 61 })
      await nothingLeft(lab)
      assert.deepEqual(sorted(greeted), [0, 1, 2, 3, 4])
    })

    test('wait in the database when Redis holds enough', async (t) => {
      const { lab, redis, client } = await createRedisLab(t)
      const { greeted, handler } = greeter()
      await lab.start({ handlers: [handler], redis, runs: false })
      await enqueueGreets(lab, ...numbers(1100))
      const waiting = `${redis.prefix}bullmq:jobs:wait`
      await eventually(async () => assert.equal(await client.llen(waiting), 1000))
      await lab.start({ handlers: [handler], redis, concurrency: 20 })
      await nothingLeft(lab, 60_000)
      assert.deepEqual(sorted(greeted), sorted(numbers(1100)))
    })

    test('that a stopping worker gives back run in another at once', async (t) => {
      const { lab, redis } = await createRedisLab(t)
      const endless = handle(greet, (_payload, { signal }) => {
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      })
      const stopping = await lab.start({ handlers: [endless], redis, leaseSeconds: 600 })
      await enqueueGreets(lab, 'ada')
      await eventually(async () => assert.equal((await lab.rows())[0]?.state, 'running'))
      await stopping.stop(0.05)
      const { greeted, handler } = greeter()
      await lab.start({ handlers: [handler], redis, leaseSeconds: 600 })
      await eventually(() => assert.deepEqual(greeted, ['ada']))
      await nothingLeft(lab)
    })
  })
}
