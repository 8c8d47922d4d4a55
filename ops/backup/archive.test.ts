import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client } from 'pg'
import { eventually } from '#support/eventually.ts'
import { freePort } from '#support/free-port.ts'
import { findPostgresBinaries, type PostgresBinaries, reachableTmpdir } from '#support/postgres-binaries.ts'
import { type PostgresServer, startPostgres } from '#support/postgres-server.ts'

/** The receiver needs programs that do not come with the tests (`tests/stack/prove-backups.ts`): the server archives. */
describe('an archive of PostgreSQL', () => {
  let binaries: PostgresBinaries
  let server: PostgresServer
  let client: Client
  let scratch: string
  /** After the first row, and before the second. */
  let between: Date

  before(async () => {
    binaries = await findPostgresBinaries()
    scratch = mkdtempSync(join(reachableTmpdir(binaries.user), 'lms-archive-'))
    // PostgreSQL runs as another user.
    chmodSync(scratch, 0o777)
    copyFileSync(join(import.meta.dirname, 'archive.sh'), join(scratch, 'archive.sh'))
    for (const folder of ['archive', 'archive/1-1', 'archive/1-1/wal', 'archive/1-1/base']) {
      mkdirSync(join(scratch, folder))
      chmodSync(join(scratch, folder), 0o777)
    }
    const settings = { archive_mode: 'on', archive_command: `cp %p ${join(scratch, 'archive/1-1/wal')}/%f` }
    server = await startPostgres({ settings })
    client = new Client({ connectionString: server.url })
    await client.connect()
    await client.query('create table written (id int)')
    await makeBase()
    await client.query('insert into written values (1)')
    between = new Date((Math.floor(Date.now() / 1000) + 1) * 1000)
    await eventually(() => assert.ok(Date.now() > between.getTime()))
    await client.query('insert into written values (2)')
    await archiveEverything()
  })
  after(async () => {
    await client?.end()
    await server?.stop()
    rmSync(scratch, { recursive: true, force: true })
  })

  async function value(statement: string): Promise<string> {
    return Object.values((await client.query(statement)).rows[0])[0] as string
  }

  /** As pg_basebackup makes one. */
  async function makeBase(): Promise<void> {
    const data = await value('show data_directory')
    await client.query("select pg_backup_start('base', true)")
    const folder = join(scratch, 'archive/1-1/base/making.new')
    mkdirSync(folder)
    const copy = ['--exclude=./pg_wal/*', '--exclude=./postmaster.pid', '-C', data, '.']
    const label = await value('select labelfile from pg_backup_stop(false)')
    writeFileSync(join(folder, 'backup_label'), label)
    execFileSync('tar', ['-czf', join(folder, 'base.tar.gz'), ...copy, '-C', folder, 'backup_label'])
    execFileSync('mv', [folder, join(folder, `../${new Date().toISOString().slice(0, 19)}Z`)])
  }

  async function archiveEverything(): Promise<void> {
    const segment = await value('select pg_walfile_name(pg_switch_wal())')
    await eventually(() => assert.ok(readdirSync(join(scratch, 'archive/1-1/wal')).includes(segment)))
  }

  async function restore(name: string, ...options: string[]) {
    const { folder, user } = binaries
    const PGDATA = join(scratch, name)
    const env = {
      PATH: `${folder}:${process.env.PATH}`,
      ARCHIVE: join(scratch, 'archive'),
      PGDATA,
      PGHOST: '127.0.0.1',
      PGPORT: String(await freePort()),
    }
    const run = { cwd: scratch, env, encoding: 'utf8', ...user } as const
    const told = spawnSync('bash', ['archive.sh', 'restore', ...options], run)
    const rows = () => {
      const input = 'select id from written'
      const { stdout } = spawnSync('postgres', ['--single', '-D', PGDATA, 'postgres'], { ...run, input })
      return [...stdout.matchAll(/id = "(\d)"/g)].map(([, id]) => Number(id))
    }
    return { code: told.status, output: told.stdout + told.stderr, rows }
  }

  test('brings back everything', async () => {
    const { code, output, rows } = await restore('everything')
    assert.equal(code, 0, output)
    assert.deepEqual(rows(), [1, 2])
  })

  test('brings back what there was at a moment, and nothing after it', async () => {
    const { code, output, rows } = await restore('moment', '--until', between.toISOString())
    assert.equal(code, 0, output)
    assert.deepEqual(rows(), [1])
  })

  test('refuses a moment of which it knows nothing, and leaves the data folder as it was', async () => {
    for (const [until, reason] of [
      ['2020-01-01T00:00:00Z', /There is no base copy before 2020-01-01T00:00:00Z/],
      [new Date(Date.now() + 3_600_000).toISOString(), /recovery ended before configured recovery target was reached/],
      ['soon', /--until: that is no time/],
    ] as const) {
      const { code, output } = await restore('refused', '--until', until)
      assert.equal(code, 1, output)
      assert.match(output, reason)
      assert.ok(!readdirSync(scratch).includes('refused'))
    }
  })
})
