import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type Ailment, healthyPatient, keptBackup } from '#support/healthy-patient.ts'
import { allChecks } from './all-checks.ts'
import type { Status } from './check.ts'
import { examine } from './examine.ts'

type Bad = Exclude<Status, 'ok' | 'skipped'>

/** For each check what makes it complain, and how. In its good case it is looked at with the healthy patient. */
const complaints: Readonly<Record<string, readonly (readonly [Bad, Ailment])[]>> = {
  'configuration.spelling': [['warn', { environment: { SMTP_PASWORD: 'x' } }]],
  'configuration.environment': [['warn', { settings: { ENVIRONMENT: 'development' } }]],
  'configuration.debug': [['warn', { settings: { ENVIRONMENT: 'staging', DEBUG: 'true' } }]],
  'configuration.trusted-hosts': [['fail', { settings: { TRUSTED_HOSTS: 'www.school.example' } }]],
  'configuration.trusted-proxies': [['warn', { settings: { TRUSTED_PROXIES: '' } }]],
  'configuration.cors': [['warn', { settings: { CORS_ORIGINS: 'https://other.example' } }]],
  'configuration.shared-state': [['warn', { settings: { REDIS_URL: '', TASKS_FORCE_INLINE: 'true' } }]],
  'configuration.workers': [['warn', { settings: { TASKS_FORCE_INLINE: 'true' } }]],
  'configuration.release': [['warn', { settings: { RELEASE: 'development' } }]],
  'configuration.sender': [['fail', { settings: { MAIL_FROM: 'LMS <no-reply@localhost>' } }]],
  'secrets.key-length': [['fail', {}]],
  'secrets.key-randomness': [
    ['fail', { settings: { SECRET_KEY: 'please-change-me-please-change-me-now' } }],
    ['fail', { settings: { SECRET_KEY: '0101010101010101010101010101010101' } }],
  ],
  'secrets.file-modes': [['fail', { file: { mode: 0o644 } }]],
  'secrets.in-environment': [['warn', { environment: { SECRET_KEY: 'x', SMTP_PASSWORD: '' } }]],
  'product.maintenance': [
    ['warn', { product: { maintenance: maintenanceUntil(null) } }],
    ['warn', { product: { maintenance: maintenanceUntil('2026-11-24T12:30:00.000Z') } }],
    ['fail', { product: { maintenance: maintenanceUntil('2026-11-24T11:30:00.000Z') } }],
  ],
  'secrets.database-key': [['fail', { product: { unreadableSecrets: 1 } }]],
  'machine.node': [
    ['fail', { nodeVersion: '22.12.0' }],
    ['fail', { nodeVersion: '24.14.9' }],
    ['warn', { nodeVersion: '26.0.0' }],
  ],
  'machine.memory-limit': [
    ['warn', { machine: { memoryLimitBytes: 400 * 1024 ** 2 } }],
    ['fail', { machine: { memoryLimitBytes: 100 * 1024 ** 2 } }],
  ],
  'machine.memory-available': [
    ['warn', { machine: { memoryAvailableBytes: 200 * 1024 ** 2 } }],
    ['fail', { machine: { memoryAvailableBytes: 100 * 1024 ** 2 } }],
  ],
  'machine.open-files': [
    ['warn', { machine: { openFilesLimit: 1024 } }],
    ['fail', { machine: { openFilesLimit: 256 } }],
  ],
  'data-directory.writable': [
    ['fail', { file: { isWritable: false } }],
    ['fail', { broken: ['fileSystem'] }],
  ],
  'data-directory.permissions': [
    ['warn', { file: { mode: 0o755 } }],
    ['fail', { file: { mode: 0o777 } }],
  ],
  'data-directory.free-space': [
    ['warn', { file: { freeBytes: 10 * 1024 ** 3 } }],
    ['fail', { file: { freeBytes: 100 * 1024 ** 2 } }],
  ],
  'data-directory.inodes': [
    ['warn', { file: { freeInodes: 100 } }],
    ['fail', { file: { freeInodes: 10 } }],
  ],
  'database.reachable': [['fail', { broken: ['database'] }]],
  'database.version': [
    ['fail', { postgres: { versionNumber: 150_004, version: '15.4' } }],
    ['fail', { sqlite: { version: '3.40.1' } }],
  ],
  'database.migrations': [['fail', { database: { pending: ['0042-add-something'] } }]],
  'database.release': [['warn', { database: { unknown: ['0099-from-tomorrow'] } }]],
  'database.writable': [
    ['fail', { postgres: { isReadOnly: true } }],
    ['fail', { sqlite: {}, settings: sqliteSettings(), file: { isWritable: false } }],
  ],
  'database.encoding': [
    ['fail', { postgres: { encoding: 'SQL_ASCII' } }],
    ['fail', { sqlite: { encoding: 'UTF-16le' } }],
  ],
  'database.clock': [
    ['warn', { database: { clockAheadSeconds: -2 } }],
    ['fail', { database: { clockAheadSeconds: 8 } }],
  ],
  'database.clock-sane': [['fail', { database: { lastMigrationAt: '2026-12-24T00:00:00.000Z' } }]],
  'database.integrity': [
    ['fail', { postgres: { checksumFailures: 2 } }],
    ['fail', { sqlite: { damage: ['row 4 missing from index'] } }],
  ],
  'database.durability': [
    ['fail', { postgres: { unsafeSettings: ['fsync'] } }],
    ['warn', { sqlite: { journalMode: 'delete' } }],
  ],
  'database.constraints': [
    ['fail', { postgres: { invalidIndexes: ['course_title_idx'] } }],
    ['fail', { postgres: { unvalidatedConstraints: ['grade_points_check'] } }],
    ['fail', { sqlite: { brokenReferences: 1 } }],
  ],
  'database.size': [['warn', { sqlite: { sizeBytes: 11 * 1024 ** 3 } }]],
  'database.connections': [
    ['warn', { postgres: { connections: 80 } }],
    ['fail', { postgres: { connections: 95 } }],
  ],
  'database.pool-size': [
    ['warn', { settings: { DATABASE_POOL_SIZE: '20' } }],
    ['fail', { settings: { DATABASE_POOL_SIZE: '200' } }],
  ],
  'database.long-transactions': [
    ['warn', { postgres: { longestTransactionSeconds: 600 } }],
    ['fail', { postgres: { longestTransactionSeconds: 7200 } }],
  ],
  'database.transaction-age': [
    ['warn', { postgres: { transactionAge: 600_000_000 } }],
    ['fail', { postgres: { transactionAge: 1_900_000_000 } }],
  ],
  'database.time-zone': [['fail', { postgres: { timeZone: 'Europe/Berlin' } }]],
  'database.account': [['warn', { postgres: { isSuperuser: true } }]],
  'database.encryption': [['fail', { postgres: { isEncrypted: false }, addresses: ['203.0.113.9'] }]],
  'redis.reachable': [
    ['fail', { broken: ['redis'] }],
    ['warn', { redis: { isLoading: true } }],
  ],
  'redis.version': [['fail', { redis: { version: '5.0.14' } }]],
  'redis.eviction': [['fail', { redis: { evictionPolicy: 'allkeys-lru' } }]],
  'redis.persistence': [
    ['warn', { redis: { hasAppendOnlyFile: false } }],
    ['warn', { redis: { hasAppendOnlyFile: false, hasSnapshots: true } }],
  ],
  'redis.disk-writes': [
    ['fail', { redis: { lastSnapshot: 'err' } }],
    ['fail', { redis: { lastAppend: 'err' } }],
  ],
  'redis.memory': [
    ['warn', { redis: { maxBytes: 0 } }],
    ['warn', { redis: { usedBytes: 80_000 } }],
    ['fail', { redis: { usedBytes: 95_000 } }],
  ],
  'redis.clients': [['fail', { redis: { clients: 9500 } }]],
  'redis.role': [['fail', { redis: { role: 'slave' } }]],
  'queue.dead-jobs': [['warn', { product: { deadJobs: 2, deadJobNames: ['enrollments.send-welcome'] } }]],
  'queue.oldest-waiting': [
    ['warn', { product: { oldestDue: '2026-11-24T11:50:00.000Z' } }],
    ['fail', { product: { oldestDue: '2026-11-24T08:00:00.000Z' } }],
  ],
  'queue.backlog': [
    ['warn', { product: { waitingJobs: 5000 } }],
    ['fail', { product: { waitingJobs: 50_000 } }],
  ],
  'queue.abandoned-jobs': [['warn', { product: { abandonedJobs: 1 } }]],
  'queue.recurring-jobs': [
    ['warn', { product: { recurringJobs: 0, nextRecurring: null } }],
    ['fail', { product: { nextRecurring: '2026-11-24T08:00:00.000Z' } }],
  ],
  'mail.failures': [['warn', { product: { failedMails: 3 } }]],
  'administrators.present': [
    ['warn', { product: { administrators: 1 } }],
    ['fail', { product: { administrators: 0 } }],
  ],
  'administrators.second-factor': [['warn', { product: { administratorsWithoutSecondFactor: 1 } }]],
  'backup.key': [['fail', { settings: { BACKUP_KEY: '' } }]],
  'backup.recent': [
    ['fail', { backups: [] }],
    ['warn', { backups: [keptBackup('2026-11-22T20:00:00.000Z', true)] }],
    ['fail', { backups: [keptBackup('2026-11-20T00:00:00.000Z', true)] }],
    ['fail', { broken: ['backups'] }],
  ],
  'backup.verified': [
    ['fail', { backups: [keptBackup('2026-11-24T02:00:00.000Z', false)] }],
    [
      'fail',
      { backups: [keptBackup('2026-11-24T02:00:00.000Z', false), keptBackup('2026-11-20T02:00:00.000Z', true)] },
    ],
  ],
  'backup.elsewhere': [
    ['warn', { settings: { BACKUP_DIRECTORY: '' } }],
    ['warn', { settings: { BACKUP_DIRECTORY: './data/backups' } }],
  ],
  'mail.settings': [['fail', { settings: { SMTP_HOST: '' } }]],
  'mail.reachable': [['fail', { broken: ['checkMail'] }]],
  'mail.encryption': [
    ['warn', { settings: { SMTP_SECURITY: 'none' } }],
    ['fail', { settings: { SMTP_SECURITY: 'none', SMTP_PASSWORD: 'x' } }],
  ],
  'storage.usable': [['fail', { broken: ['checkStorage'] }]],
  'storage.free-space': [
    ['warn', { settings: { UPLOAD_DISK_RESERVE_MEGABYTES: '51100' } }],
    ['fail', { file: { freeBytes: 1024 ** 3 } }],
  ],
  ...siteComplaints('domain'),
  ...siteComplaints('frontend'),
  'domain.health': [['fail', { httpStatus: { '/api/v1/health': 502 } }]],
  'domain.metrics-hidden': [['fail', { httpStatus: { '/metrics': 200 } }]],
}

function maintenanceUntil(endsAt: string | null) {
  return { message: 'We are moving.', begunAt: '2026-11-24T11:00:00.000Z', endsAt }
}

function sqliteSettings() {
  return { DATABASE_URL: 'sqlite:/data/lms.db', TASKS_FORCE_INLINE: 'true' }
}

function siteComplaints(area: string): Record<string, readonly (readonly [Bad, Ailment])[]> {
  return {
    [`${area}.dns`]: [
      ['fail', { addresses: [] }],
      ['fail', { broken: ['resolve'] }],
    ],
    [`${area}.https`]: [['fail', { broken: ['certificate'] }]],
    [`${area}.certificate`]: [['fail', { certificate: { refusal: 'ERR_TLS_CERT_ALTNAME_INVALID' } }]],
    [`${area}.certificate-expiry`]: [
      ['warn', { certificate: { expiresAt: new Date('2026-12-01T00:00:00.000Z') } }],
      ['fail', { certificate: { expiresAt: new Date('2026-11-25T00:00:00.000Z') } }],
    ],
  }
}

async function resultOf(id: string, ailment: Ailment) {
  const results = await examine(allChecks, patientWith(id, ailment), { timeoutMs: 5000, redact: (text) => text })
  const result = results.find((one) => one.id === id)
  assert.ok(result)
  return result
}

/** `loadConfig` refuses a short key already; the check is for whoever gets past it. */
function patientWith(id: string, ailment: Ailment) {
  const patient = healthyPatient(ailment)
  const isShort = id === 'secrets.key-length' && Object.keys(ailment).length === 0
  return isShort ? { ...patient, config: { ...patient.config, SECRET_KEY: '93bf0a7c' } } : patient
}

test('there are at least 40 checks, and each has its complaints in the table above', () => {
  assert.ok(allChecks.length >= 40, `${allChecks.length} checks`)
  assert.deepEqual(allChecks.map(({ id }) => id).sort(), Object.keys(complaints).sort())
})

test('a page that a fix leads to exists', () => {
  const pages = allChecks.flatMap(({ fix }) => [...fix.matchAll(/docs\/[\w/-]+\.md/g)].map(([page]) => page))
  assert.ok(pages.length > 10)
  const missing = pages.filter((page) => !existsSync(join(import.meta.dirname, '../..', page)))
  assert.deepEqual(missing, [])
})

test('with a product in good health every check is ok', async () => {
  const results = await examine(allChecks, healthyPatient(), { timeoutMs: 5000, redact: (text) => text })
  assert.deepEqual(
    results.filter(({ status }) => status !== 'ok').map(({ id, status, found }) => `${id} ${status}: ${found}`),
    [],
  )
})

test('on SQLite, what only PostgreSQL has is skipped and says so, all else is ok', async () => {
  const patient = healthyPatient({ sqlite: {}, settings: { ...sqliteSettings(), REDIS_URL: '' } })
  const results = await examine(allChecks, patient, { timeoutMs: 5000, redact: (text) => text })
  const others = results.filter(({ id, status }) => status !== 'ok' && !id.startsWith('configuration.'))
  assert.ok(others.length >= 14)
  for (const { status, found } of others) {
    assert.equal(status, 'skipped')
    assert.match(found, /PostgreSQL|SQLite|REDIS_URL is empty/)
  }
})

describe('each check complains', { concurrency: true }, () => {
  for (const [id, cases] of Object.entries(complaints)) {
    for (const [index, [status, ailment]] of cases.entries()) {
      test(`${id}: ${status} (${index + 1})`, async () => {
        const result = await resultOf(id, ailment)
        assert.equal(result.status, status, result.found)
        assert.notEqual(result.found, '')
        assert.ok(result.fix.length > 10 && result.meaning.endsWith('.'))
      })
    }
  }
})
