import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { run } from './docker.ts'
import { failingMigration, makeRelease } from './releases.ts'
import { createSite, type Site } from './site.ts'

const student = { email: 'student@example.org', password: 'demo-password-2026' }
const slow = { timeoutMs: 120_000, everyMs: 1000 }

describe('backups of a deployed product', { timeout: 1_200_000 }, () => {
  let site: Site

  before(
    async () => {
      // The acceptance suite asks from one address.
      site = await createSite('backup', {
        DEPLOY_START_SECONDS: '180',
        REGISTRATIONS_PER_NETWORK: '0',
        MAILS_PER_NETWORK: '0',
      })
      const first = await site.deploy(['--release', 'first'])
      assert.equal(first.code, 0, first.stdout + first.stderr)
      await site.seed()
    },
    { timeout: 600_000 },
  )
  after(() => site?.remove())

  const metric = async (file: string, name: string) => {
    const text = await readFile(join(site.appDirectory, 'metrics', file), 'utf8')
    const value = new RegExp(`^${name} (\\d+(?:\\.\\d+)?)$`, 'm').exec(text)?.[1]
    assert.ok(value, `${name}: ${text}`)
    return Number(value)
  }
  const backup = (...args: string[]) => site.compose('run', '--rm', '--no-deps', '-T', 'backup', ...args)
  const query = (sql: string) => site.compose('exec', '-T', 'postgres', 'psql', '-U', 'lms', '-Atc', sql)
  const age = (moment: number) => Date.now() / 1000 - moment

  test('the deploy starts what makes them: a set that was restored on trial, and an archive that was, too', async () => {
    await eventually(async () => {
      assert.ok(age(await metric('lms_backup.prom', 'lms_backup_last_success_timestamp_seconds')) < 600)
      assert.ok(age(await metric('lms_backup.prom', 'lms_backup_last_verified_restore_timestamp_seconds')) < 600)
      const name = 'lms_archive_last_drill_timestamp_seconds'
      assert.ok(age(await metric(`${name}.prom`, name)) < 600)
    }, slow)
    assert.match(await backup('backup', 'list'), /restored on trial 20/)
  })

  test('a set of now is made by hand', async () => {
    assert.match(await backup('backup'), /^Made lms-/m)
  })

  test('PostgreSQL and its volume are lost while people work: what was acknowledged a minute before is there', async (t) => {
    await query('create table written (id int primary key)')
    let acknowledged = 0
    let isWriting = true
    const acknowledgedAt: number[] = []
    const writing = (async () => {
      while (isWriting) {
        try {
          await query(`insert into written values (${acknowledged + 1})`)
        } catch {
          break
        }
        acknowledged++
        acknowledgedAt.push(Date.now())
      }
    })()
    await eventually(() => assert.ok(acknowledged >= 25), slow)
    const lostAt = Date.now()
    const postgres = await site.compose('ps', '--quiet', 'postgres')
    await run('docker', ['kill', '--signal', 'KILL', postgres])
    isWriting = false
    await writing
    await site.compose('stop', 'api-blue', 'worker-blue', 'archive', 'backup')
    await site.compose('rm', '--force', '--stop', 'postgres')
    const removed = await run('docker', ['volume', 'rm', `${site.project}_postgres-data`])
    assert.equal(removed.code, 0, removed.stderr)

    const beganAt = performance.now()
    const told = await site.compose('run', '--rm', '--no-deps', '-T', 'archive-operator', 'restore')
    assert.match(told, /From the base copy 20[\s\S]*Restored\./)
    await site.compose('up', '--detach', '--no-deps', '--wait', 'postgres')
    const restoredSeconds = (performance.now() - beganAt) / 1000
    const found = Number(await query('select count(*) from written'))
    const lost = acknowledgedAt.slice(found)
    t.diagnostic(
      `${acknowledged} rows were acknowledged, ${found} are there; ${lost.length} of the last ${lost[0] ? (lostAt - lost[0]) / 1000 : 0} s are lost; restored in ${restoredSeconds.toFixed(1)} s`,
    )
    assert.ok(
      lost.every((at) => lostAt - at < 60_000),
      'nothing older than 60 s is lost',
    )
    assert.equal(found, Number(await query('select max(id) from written')), 'without a gap')
  })

  test('the last set comes back in the place of all that, with the secrets and the data of Caddy', async () => {
    const told = await backup('restore', 'latest', '--replace', '--secrets-to', '/backups/kept')
    assert.match(told, /The former state was kept: the backup lms-[\s\S]*Restored lms-/)
    const kept = join(site.appDirectory, 'backups/kept')
    const secretKey = await readFile(join(site.appDirectory, 'secrets/secret_key'), 'utf8')
    assert.equal(await readFile(join(kept, 'secrets/secret-key'), 'utf8'), secretKey)
    const ofCaddy = await readdir(join(kept, 'extra/1-caddy'), { recursive: true })
    assert.ok(
      ofCaddy.some((name) => name.endsWith('.key')),
      ofCaddy.join(' '),
    )
    // The service of backups has no check of its health, and Compose refuses to wait for one that has none.
    await site.compose('up', '--detach', '--no-deps', 'backup')
    await site.compose('up', '--detach', '--no-deps', '--wait', 'archive', 'api-blue', 'worker-blue')
  })

  test('afterwards the acceptance suite passes, and a student of before logs in', async () => {
    const url = `http://127.0.0.1:${site.vmPort}`
    await eventually(async () => assert.equal((await fetch(`${url}/api/v1/ready`)).status, 200), slow)
    const login = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(student),
    })
    assert.equal(login.status, 200)
    const administrator = { ACCEPTANCE_ADMIN_EMAIL: 'admin@example.org', ACCEPTANCE_ADMIN_PASSWORD: student.password }
    const { code, stdout, stderr } = await run('npm', ['run', '--silent', 'test:acceptance'], {
      environment: { ACCEPTANCE_URL: url, ...administrator },
      timeoutSeconds: 300,
    })
    assert.equal(code, 0, stdout + stderr)
  })

  test('the archive goes on in a new era, whose base copy is made at once', async () => {
    await eventually(async () => {
      const eras = (await readdir(join(site.appDirectory, 'archive'))).filter((name) => /^\d/.test(name))
      assert.equal(eras.length, 2)
      const name = 'lms_archive_covered_until_timestamp_seconds'
      assert.ok(age(await metric(`${name}.prom`, name)) < 60)
    }, slow)
  })

  test('the dump that a deploy takes before a migration restores all that was there', async () => {
    const { folder, remove } = await makeRelease(failingMigration)
    try {
      const result = await site.deploy(['--release', 'faulty'], {}, folder)
      assert.equal(result.code, 1, result.stdout + result.stderr)
      assert.match(result.stderr, /FAILED at step migrate/)
    } finally {
      await remove()
    }
    const tables = (
      await query("select string_agg(tablename, ' ' order by 1) from pg_tables where schemaname = 'public'")
    ).split(' ')
    const counts = tables.map((name) => `select '${name}', count(*) from ${name}`).join(' union all ')
    const before = await query(`${counts} order by 1`)
    await query('create database from_dump')
    const dump = await readFile(join(site.appDirectory, 'backups/before-faulty.dump'))
    assert.ok(dump.length > 10_000)
    const network = `${site.project}_data`
    const password = (await readFile(join(site.appDirectory, 'secrets/postgres_password'), 'utf8')).trim()
    const restored = await run('docker', [
      'run',
      '--rm',
      '--network',
      network,
      '--env',
      `PGPASSWORD=${password}`,
      '--volume',
      `${site.appDirectory}/backups:/backups:ro`,
      'postgres:18',
      'pg_restore',
      '--exit-on-error',
      '--host',
      'postgres',
      '--username',
      'lms',
      '--dbname',
      'from_dump',
      '/backups/before-faulty.dump',
    ])
    assert.equal(restored.code, 0, restored.stderr)
    const copied = await site.compose(
      'exec',
      '-T',
      'postgres',
      'psql',
      '-U',
      'lms',
      '-d',
      'from_dump',
      '-Atc',
      `${counts} order by 1`,
    )
    assert.equal(withoutMoving(copied), withoutMoving(before))
  })
})

/** What workers write all the time is left out. */
function withoutMoving(counts: string): string {
  return counts
    .split('\n')
    .filter((line) => !/^(job|recurring_job|idempotency_claim|analytics\w*)\|/.test(line))
    .join('\n')
}
