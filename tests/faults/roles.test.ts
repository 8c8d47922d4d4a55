import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before, describe, type TestContext, test } from 'node:test'
import { Client } from 'pg'
import { purgeIdempotencyClaims } from '#platform/idempotency/jobs.ts'
import { eventually } from '#support/eventually.ts'
import { freePort } from '#support/free-port.ts'
import { type PostgresServer, startPostgres } from '#support/postgres-server.ts'
import { type RedisServer, startRedis } from '#support/redis-server.ts'
import { spawnScript } from '#support/spawned.ts'

let postgres: PostgresServer
let redis: RedisServer

before(async () => {
  ;[postgres, redis] = await Promise.all([startPostgres(), startRedis()])
})
after(async () => {
  await Promise.all([postgres.stop(), redis.stop()])
})

const spawnRole = (t: TestContext, args: readonly string[], settings: Record<string, string> = {}) =>
  spawnScript(t, 'src/main.ts', args, settings)

/** Settings of production in the small: PostgreSQL and Redis, and the address the process then has. */
async function production() {
  const port = await freePort()
  const settings = {
    PORT: `${port}`,
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    TASKS_FORCE_INLINE: 'false',
    SECRET_KEY: 'a-secret-key-for-tests-only-0123456789abcdef',
  }
  return { settings, url: `http://127.0.0.1:${port}` }
}

const isReady = (url: string) =>
  eventually(async () => assert.equal((await fetch(`${url}/api/v1/ready`)).status, 200), { timeoutMs: 20_000 })

describe('a worker', () => {
  test('answers for its health and metrics, whatever name it is asked by, and serves no API', async (t) => {
    const { settings, url } = await production()
    const worker = spawnRole(t, ['work'], { ...settings, TRUSTED_HOSTS: 'lms.example.org' })
    await isReady(url)
    assert.equal((await fetch(`${url}/api/v1/health`)).status, 200)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    assert.match(metrics, /^lms_jobs_waiting\{job_name="unknown"\} 0$/m)
    assert.match(metrics, /^lms_jobs_running\{/m)
    assert.equal((await fetch(`${url}/api/v1/courses`)).status, 404)
    assert.match(worker.output(), /The worker is ready; health and metrics on http/)
    worker.signal('SIGTERM')
    assert.equal(await worker.ended, 0)
    assert.equal(worker.errorOutput(), '')
  })

  test('runs the jobs of the product', async (t) => {
    const { settings, url } = await production()
    spawnRole(t, ['work'], settings)
    await isReady(url)
    const client = new Client({ connectionString: postgres.url })
    await client.connect()
    t.after(() => client.end())
    const insert = `insert into job (id, name, payload, enqueued_at, run_at, available_at)
      values ('only-one', $1, '{}', now(), now(), now())`
    await client.query(insert, [purgeIdempotencyClaims.name])
    await eventually(async () => {
      const { rows } = await client.query("select state, last_error from job where id = 'only-one'")
      assert.deepEqual(rows, [])
    })
    const metrics = await (await fetch(`${url}/metrics`)).text()
    assert.match(
      metrics,
      new RegExp(`lms_job_run_duration_seconds_count\\{job_name="${purgeIdempotencyClaims.name}"\\} 1\n`),
    )
  })

  test('refuses to start where jobs run in the API process', async (t) => {
    const worker = spawnRole(t, ['work'])
    assert.equal(await worker.ended, 1)
    assert.match(worker.errorOutput(), /^There is no work for workers: TASKS_FORCE_INLINE is true[^\n]*\n$/)
  })
})

describe('API and worker in one process', () => {
  test('serves both, and stops in order', async (t) => {
    const { settings, url } = await production()
    const both = spawnRole(t, ['all'], settings)
    await isReady(url)
    assert.equal((await fetch(`${url}/api/v1/courses`)).status, 200)
    both.signal('SIGTERM')
    assert.equal(await both.ended, 0)
  })
})

describe('a start that cannot succeed is one sentence and exit code 1', () => {
  const refusal = async (t: TestContext, role: string, settings: Record<string, string>) => {
    const process = spawnRole(t, [role], settings)
    assert.equal(await process.ended, 1, process.output())
    assert.equal(process.errorOutput().trimEnd().split('\n').length, 1, process.errorOutput())
    return process.errorOutput()
  }

  test('the port is in use', async (t) => {
    const port = await freePort()
    const other = createServer().listen(port, '127.0.0.1')
    t.after(() => other.close())
    const told = await refusal(t, 'serve', { PORT: `${port}` })
    assert.match(told, new RegExp(`Cannot listen on 127\\.0\\.0\\.1:${port}: something listens there already`))
  })

  test('the database does not answer; its password is not shown', async (t) => {
    const port = await freePort()
    const told = await refusal(t, 'serve', { DATABASE_URL: `postgresql://lms:hunter2@127.0.0.1:${port}/lms` })
    assert.match(told, new RegExp(`The database 127\\.0\\.0\\.1:${port}/lms cannot be used \\(ECONNREFUSED\\)`))
    assert.equal(told.includes('hunter2'), false)
  })

  test('the database refuses the password', async (t) => {
    const url = new URL(postgres.url)
    url.password = 'wrong'
    assert.match(await refusal(t, 'serve', { DATABASE_URL: url.href }), /password authentication failed/)
  })

  test('migrations are pending and MIGRATE_ON_START is false', async (t) => {
    const told = await refusal(t, 'serve', { MIGRATE_ON_START: 'false', PORT: '0' })
    assert.match(told, /^The database lacks \d+ migrations \(0001-.*\)\. Run: node src\/main\.ts migrate/)
  })
})

describe('a stop', () => {
  test('a second signal ends the process at once, with its number', async (t) => {
    for (const [name, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const { settings, url } = await production()
      const api = spawnRole(t, ['serve'], { ...settings, SHUTDOWN_DELAY_SECONDS: '60' })
      await isReady(url)
      api.signal(name)
      await eventually(async () => assert.equal((await fetch(`${url}/api/v1/ready`)).status, 503))
      // Earlier than half a second it would count as the same wish.
      await eventually(async () => {
        api.signal(name)
        assert.equal(await Promise.race([api.ended, Promise.resolve('runs')]), code)
      })
    }
  })

  test('is not held up by a Redis that is away', async (t) => {
    const own = await startRedis()
    t.after(own.stop)
    const { settings, url } = await production()
    const both = spawnRole(t, ['all'], { ...settings, REDIS_URL: own.url })
    await isReady(url)
    await own.kill()
    both.signal('SIGTERM')
    const started = performance.now()
    assert.equal(await both.ended, 0)
    assert.ok(performance.now() - started < 10_000)
  })
})

describe('the command jobs', () => {
  test('lists, retries and discards beside a running process', async (t) => {
    const port = await freePort()
    const settings = { PORT: `${port}`, DATABASE_URL: postgres.url }
    const api = spawnRole(t, ['serve'], settings)
    await isReady(`http://127.0.0.1:${port}`)
    const run = async (...args: string[]) => {
      const command = spawnRole(t, ['jobs', ...args], settings)
      return [await command.ended, command.output(), command.errorOutput()]
    }
    assert.deepEqual(await run('list', '--dead'), [0, 'No such job.\n', ''])
    assert.deepEqual(await run('retry', '--all'), [0, 'Will be tried again: 0 jobs.\n', ''])
    assert.deepEqual(await run('discard', 'x'), [1, 'Discarded: 0 jobs.\n', 'x is not a dead job.\n'])
    assert.equal((await run('retry'))[0], 2)
    assert.match(String((await run('--help'))[1]), /^Usage: node src\/main\.ts jobs list/)
    api.signal('SIGINT')
    assert.equal(await api.ended, 0)
  })
})
