import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createServer } from 'node:tls'
import { sql } from 'kysely'
import { createTotpBox } from '#modules/auth/totp/totp-box.ts'
import { freePort } from '#support/free-port.ts'
import { createHarness, type Harness } from '#support/harness.ts'
import { selfSignedCertificate } from '#support/self-signed-certificate.ts'
import { postgresUrl } from '#support/test-database.ts'
import { readCertificate } from './certificate-facts.ts'
import { readDatabase } from './database-facts.ts'
import { readFileSystem } from './file-system-facts.ts'
import { readMachine } from './machine-facts.ts'
import { readProduct } from './product-facts.ts'
import { readRedis } from './redis-facts.ts'

const KEY = 'a-secret-key-for-tests-only-0123456789abcdef'
const now = () => new Date()

test('a database tells its version, its migrations and its clock, also when this machine is an hour ahead', async (t) => {
  const { db } = await createHarness(t)
  const facts = await readDatabase(db, now)
  assert.deepEqual([facts.pending, facts.unknown], [[], []])
  assert.ok(Math.abs(facts.clockAheadSeconds) < 5)
  assert.ok(Date.now() - Date.parse(facts.lastMigrationAt ?? '') >= 0)
  assert.equal(facts.postgres === null, !postgresUrl)
  if (facts.postgres) {
    assert.ok(facts.postgres.versionNumber >= 160_000)
    assert.equal(facts.postgres.encoding, 'UTF8')
    assert.equal(facts.postgres.timeZone, 'UTC')
    assert.equal(facts.postgres.isReadOnly, false)
    assert.ok(facts.postgres.connections > 0 && facts.postgres.maxConnections > facts.postgres.connections)
    assert.ok(facts.postgres.sizeBytes > 100_000)
  } else {
    assert.match(facts.sqlite?.version ?? '', /^3\./)
    assert.deepEqual(facts.sqlite?.damage, [])
    assert.equal(facts.sqlite?.brokenReferences, 0)
  }
  const ahead = await readDatabase(db, () => new Date(Date.now() + 3_600_000))
  assert.ok(Math.abs(ahead.clockAheadSeconds - 3600) < 5)
})

test('a migration that is missing is pending, one of a newer release is unknown', async (t) => {
  const { db } = await createHarness(t)
  await sql`update schema_migration set name = '0999-from-tomorrow' where name like '0019-%'`.execute(db)
  const { pending, unknown } = await readDatabase(db, now)
  assert.deepEqual(pending, ['0019-create-certificates'])
  assert.deepEqual(unknown, ['0999-from-tomorrow'])
})

test('PostgreSQL tells of a transaction left open and of a rule that was never validated; SQLite of broken references', async (t) => {
  const { db } = await createHarness(t)
  if (!postgresUrl) {
    await sql`pragma foreign_keys = off`.execute(db)
    await sql`insert into totp_secret (user_id, encrypted_secret, created_at) values ('nobody', 'x', 'y')`.execute(db)
    assert.equal((await readDatabase(db, now)).sqlite?.brokenReferences, 1)
    return
  }
  await sql`alter table job add constraint job_never_checked_check check (attempts >= 0) not valid`.execute(db)
  await db.connection().execute(async (other) => {
    await sql`begin`.execute(other)
    await sql`select now(), pg_sleep(0.05)`.execute(other)
    const { postgres } = await readDatabase(db, now)
    await sql`rollback`.execute(other)
    assert.ok((postgres?.longestTransactionSeconds ?? 0) >= 0.05)
    assert.deepEqual(postgres?.unvalidatedConstraints, ['job_never_checked_check'])
  })
})

async function addJob({ db }: Harness, id: string, values: Record<string, unknown>): Promise<void> {
  const row = { id, name: 'enrollments.send-welcome', payload: '{}', enqueued_at: now().toISOString(), ...values }
  await db
    .insertInto('job')
    .values({ run_at: row.enqueued_at, available_at: null, ...row })
    .execute()
}

test('the tables tell of jobs, mails and administrators', async (t) => {
  const harness = await createHarness(t)
  const before = await readProduct(harness.db, KEY, now())
  assert.deepEqual([before.deadJobs, before.failedMails, before.administrators, before.oldestDue], [0, 0, 0, null])

  const id = (last: number) => `0199f3a2-0000-7000-8000-00000000000${last}`
  const [hourAgo, dayLater] = [-3_600_000, 86_400_000].map((ms) => new Date(Date.now() + ms).toISOString())
  await addJob(harness, id(1), { state: 'dead', died_at: hourAgo, last_error: 'The mail server took too long' })
  await addJob(harness, id(2), { state: 'waiting', run_at: hourAgo, available_at: hourAgo })
  await addJob(harness, id(3), { state: 'running', available_at: hourAgo })
  await addJob(harness, id(4), { state: 'waiting', run_at: dayLater, available_at: dayLater })
  await harness.signUp('administrator')
  const facts = await readProduct(harness.db, KEY, now())
  assert.equal(facts.deadJobs, 1)
  assert.deepEqual(facts.deadJobNames, ['enrollments.send-welcome'])
  assert.equal(facts.waitingJobs, 2)
  assert.equal(facts.oldestDue, hourAgo)
  assert.equal(facts.abandonedJobs, 1)
  assert.equal(facts.failedMails, 1)
  assert.deepEqual([facts.administrators, facts.administratorsWithoutSecondFactor], [1, 1])
})

test('a secret that was sealed under another SECRET_KEY is found', async (t) => {
  const harness = await createHarness(t)
  for (const key of [KEY, 'another-secret-key-0123456789abcdef012345']) {
    const { userId } = await harness.signUp('student')
    const at = now().toISOString()
    const encrypted_secret = createTotpBox(key).seal('JBSWY3DPEHPK3PXP', userId)
    await harness.db
      .insertInto('totp_secret')
      .values({ user_id: userId, encrypted_secret, created_at: at, confirmed_at: at, last_used_step: null })
      .execute()
  }
  const { sealedSecrets, unreadableSecrets } = await readProduct(harness.db, KEY, now())
  assert.deepEqual([sealedSecrets, unreadableSecrets], [2, 1])
})

test('a certificate tells its names and its end, and why it is refused', async (t) => {
  const certificate = await selfSignedCertificate()
  const port = await serveTls(t, certificate)
  const facts = await readCertificate('localhost', port, 2000)
  assert.equal(facts.refusal, 'DEPTH_ZERO_SELF_SIGNED_CERT')
  assert.match(facts.names, /DNS:localhost/)
  const days = (facts.expiresAt.getTime() - Date.now()) / 86_400_000
  assert.ok(days > 1 && days <= 2)
  await assert.rejects(readCertificate('localhost', await freePort(), 2000))
})

async function serveTls(t: TestContext, certificate: { readonly key: string; readonly cert: string }) {
  const server = createServer(certificate).on('tlsClientError', () => {})
  server.listen(0, 'localhost')
  await once(server, 'listening')
  t.after(() => void server.close())
  return (server.address() as AddressInfo).port
}

test('Redis tells of its version, policy and memory; one that is not there is told in time', async (t) => {
  await assert.rejects(readRedis(`redis://127.0.0.1:${await freePort()}`, 500), /ECONNREFUSED/)
  const url = process.env.TEST_REDIS_URL
  if (!url) return t.diagnostic('TEST_REDIS_URL is not set')
  const facts = await readRedis(url, 10_000)
  assert.match(facts.version, /^\d+\.\d+/)
  assert.equal(facts.role, 'master')
  assert.equal(facts.evictionPolicy, 'noeviction')
  assert.equal(facts.hasAppendOnlyFile, false)
  assert.equal(facts.hasSnapshots, false)
  assert.equal(facts.isLoading, false)
  assert.ok(facts.usedBytes > 0 && facts.clients > 0 && facts.maxClients > 0)
})

test('a directory tells its mode and room, the machine its limits', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'lms-doctor-'))
  t.after(() => rm(directory, { recursive: true }))
  await chmod(directory, 0o751)
  const facts = await readFileSystem(directory)
  assert.deepEqual([facts.mode, facts.isWritable], [0o751, true])
  assert.ok(facts.freeBytes > 0 && facts.freeBytes <= facts.totalBytes)
  await assert.rejects(readFileSystem(join(directory, 'missing')), { code: 'ENOENT' })
  const machine = await readMachine()
  assert.ok(machine.memoryLimitBytes > 0 && machine.memoryAvailableBytes > 0)
  assert.ok(machine.openFilesLimit === null || machine.openFilesLimit > 0)
})
