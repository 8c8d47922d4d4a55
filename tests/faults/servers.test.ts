import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { describe, test } from 'node:test'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { eventually } from '#support/eventually.ts'
import { startPostgres } from '#support/postgres-server.ts'
import { startRedis } from '#support/redis-server.ts'

describe('a PostgreSQL for tests', () => {
  test('keeps what it acknowledged over kill and start, at the same address', async (t) => {
    const server = await startPostgres({ durable: true })
    t.after(server.stop)
    await query(server.url, 'create table kept as select 42 as answer')
    await server.kill()
    await assert.rejects(query(server.url, 'select 1'), { code: 'ECONNREFUSED' })
    await server.start()
    assert.deepEqual(await query(server.url, 'select answer from kept'), [{ answer: 42 }])
    assert.deepEqual(await query(server.url, 'show fsync'), [{ fsync: 'on' }])
  })

  test('cuts a session that is busy when it is killed', async (t) => {
    const server = await startPostgres()
    t.after(server.stop)
    // A backend that computes does not notice by itself that its server is gone.
    const busy = query(server.url, 'do $$ begin loop end loop; end $$')
    const cut = assert.rejects(busy, /terminated|ECONNRESET/)
    await eventually(async () => {
      const active = await query(
        server.url,
        "select 1 from pg_stat_activity where query like 'do %' and state = 'active'",
      )
      assert.equal(active.length, 1)
    })
    await server.kill()
    await cut
  })

  test('is the same server on every machine: settings, UTC, Unicode letters', async (t) => {
    const server = await startPostgres({ settings: { max_connections: '20' } })
    t.after(server.stop)
    assert.deepEqual(await query(server.url, 'show fsync'), [{ fsync: 'off' }])
    assert.deepEqual(await query(server.url, 'show max_connections'), [{ max_connections: '20' }])
    assert.deepEqual(await query(server.url, 'show timezone'), [{ TimeZone: 'UTC' }])
    assert.deepEqual(await query(server.url, "select lower('ÀÉÎŁЖ') as lower"), [{ lower: 'àéîłж' }])
  })

  test('asks for the password', async (t) => {
    const server = await startPostgres()
    t.after(server.stop)
    const url = new URL(server.url)
    url.password = 'wrong'
    await assert.rejects(query(url.href, 'select 1'), { code: '28P01' })
  })
})

describe('a Redis for tests', () => {
  test('keeps what it acknowledged over kill and start when it appends always', async (t) => {
    const server = await startRedis({ appendOnly: 'always' })
    t.after(server.stop)
    await command(server.url, 'set', 'kept', '42')
    await server.kill()
    await server.start()
    assert.equal(await command(server.url, 'get', 'kept'), '42')
  })

  test('is empty after kill and start otherwise, and never evicts', async (t) => {
    const server = await startRedis()
    t.after(server.stop)
    await command(server.url, 'set', 'lost', '42')
    await server.kill()
    await server.start()
    assert.equal(await command(server.url, 'get', 'lost'), null)
    assert.deepEqual(await command(server.url, 'config', 'get', 'maxmemory-policy'), ['maxmemory-policy', 'noeviction'])
  })
})

test('servers and their data are gone after the process that started them was killed', async () => {
  const owner = spawn(process.execPath, ['--input-type=module-typescript', '--eval', ownerScript], {
    cwd: process.cwd(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(owner.stdout, 'data')
  const { postgres, redis } = JSON.parse(String(line)) as { postgres: string; redis: string }
  const [cluster] = await query(postgres, 'show data_directory')
  const postgresData = String(cluster?.data_directory)
  const [, redisData] = (await command(redis, 'config', 'get', 'dir')) as string[]
  assert.ok(existsSync(postgresData) && existsSync(String(redisData)))
  owner.kill('SIGKILL')
  await eventually(async () => {
    await assert.rejects(query(postgres, 'select 1'), { code: 'ECONNREFUSED' })
    await assert.rejects(command(redis, 'ping'))
    assert.equal(existsSync(postgresData) || existsSync(String(redisData)), false)
  })
})

const ownerScript = `
  import { startPostgres } from '#support/postgres-server.ts'
  import { startRedis } from '#support/redis-server.ts'
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  console.log(JSON.stringify({ postgres: postgres.url, redis: redis.url }))
  setInterval(() => {}, 1_000)
`

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {}) // the query's own rejection is what the tests look at
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

async function command(url: string, name: string, ...args: string[]): Promise<unknown> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  client.on('error', () => {})
  try {
    await client.connect()
    return await client.call(name, ...args)
  } finally {
    client.disconnect()
  }
}
