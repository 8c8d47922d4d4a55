import type { KeptBackup } from '../../src/backup/backups.ts'
import type { DatabaseFacts } from '../../src/doctor/facts/database-facts.ts'
import type { MachineFacts } from '../../src/doctor/facts/machine-facts.ts'
import type { PostgresFacts } from '../../src/doctor/facts/postgres-facts.ts'
import type { ProductFacts } from '../../src/doctor/facts/product-facts.ts'
import type { RedisFacts } from '../../src/doctor/facts/redis-facts.ts'
import type { SqliteFacts } from '../../src/doctor/facts/sqlite-facts.ts'
import type { Patient } from '../../src/doctor/patient.ts'
import { testConfig } from './harness.ts'

const GIGABYTE = 1024 ** 3
export const examinedAt = new Date('2026-11-24T12:00:00.000Z')

/** What is different about a patient; everything else is as it should be in production. */
export interface Ailment {
  readonly settings?: Record<string, string>
  readonly environment?: Record<string, string>
  readonly nodeVersion?: string
  readonly database?: Partial<DatabaseFacts>
  readonly postgres?: Partial<PostgresFacts>
  /** With SQLite instead of PostgreSQL. */
  readonly sqlite?: Partial<SqliteFacts>
  readonly product?: Partial<ProductFacts>
  readonly redis?: Partial<RedisFacts>
  readonly machine?: Partial<MachineFacts>
  readonly file?: Partial<Awaited<ReturnType<Patient['fileSystem']>>>
  readonly certificate?: Partial<Awaited<ReturnType<Patient['certificate']>>>
  readonly backups?: readonly KeptBackup[]
  readonly addresses?: readonly string[]
  readonly httpStatus?: Record<string, number>
  /** Measuring these throws. */
  readonly broken?: readonly (keyof Patient)[]
}

export const productionSettings = {
  ENVIRONMENT: 'production',
  SECRET_KEY: '1f0c9a7be4d2583661f0c9a7be4d25836',
  DATABASE_URL: 'postgresql://lms:pw@db.internal:5432/lms',
  REDIS_URL: 'redis://redis:6379/0',
  APP_DOMAIN: 'api.school.example',
  TRUSTED_HOSTS: 'api.school.example',
  TRUSTED_PROXIES: '172.16.0.0/12',
  FRONTEND_BASE_URL: 'https://app.school.example',
  CORS_ORIGINS: 'https://app.school.example',
  SMTP_HOST: 'mail.school.example',
  MAIL_FROM: 'School <no-reply@school.example>',
  TASKS_FORCE_INLINE: 'false',
  STRICT_ROUTER_IMPORTS: 'true',
  PASSWORD_HASH_MEMORY_KIB: '19456',
  PASSWORD_HASH_PASSES: '2',
  RELEASE: '4f2c1d0',
  BACKUP_KEY: `AGE-SECRET-KEY-1${'Q'.repeat(58)}`,
  BACKUP_DIRECTORY: '/mnt/backups',
}

/** A product in good health but for `ailment`, as plain values: what checks decide needs no server. */
export function healthyPatient(ailment: Ailment = {}): Patient {
  const config = testConfig({ ...productionSettings, ...ailment.settings })
  const unlessBroken = <T>(name: keyof Patient, value: T) => {
    if (ailment.broken?.includes(name)) return Promise.reject(new Error(`${name} is broken`))
    return Promise.resolve(value)
  }
  return {
    config,
    environment: ailment.environment ?? {},
    now: () => examinedAt,
    nodeVersion: ailment.nodeVersion ?? '24.21.0',
    database: () => unlessBroken('database', databaseFacts(ailment)),
    product: () => unlessBroken('product', { ...productFacts, ...ailment.product }),
    redis: () => unlessBroken('redis', { ...redisFacts, ...ailment.redis }),
    machine: () => unlessBroken('machine', { ...machineFacts, ...ailment.machine }),
    fileSystem: () => unlessBroken('fileSystem', { ...fileFacts, ...ailment.file }),
    checkMail: () => unlessBroken('checkMail', undefined),
    checkStorage: () => unlessBroken('checkStorage', undefined),
    backups: () => unlessBroken('backups', ailment.backups ?? [keptBackup('2026-11-24T02:00:00.000Z', true)]),
    resolve: () => unlessBroken('resolve', ailment.addresses ?? ['10.0.0.5']),
    certificate: () => unlessBroken('certificate', { ...certificateFacts, ...ailment.certificate }),
    httpStatus: (url) => {
      const path = new URL(url).pathname
      return unlessBroken('httpStatus', ailment.httpStatus?.[path] ?? (path === '/metrics' ? 404 : 200))
    },
  }
}

/** A backup of that moment, which was restored on trial or not. */
export function keptBackup(createdAt: string, isVerified: boolean): KeptBackup {
  const name = 'lms-2026-11-24t02-00-00-000z.tar.gz.age'
  return { name, createdAt: new Date(createdAt), sizeBytes: 1000, verifiedAt: isVerified ? createdAt : null }
}

function databaseFacts({ database, postgres, sqlite }: Ailment): DatabaseFacts {
  return {
    pending: [],
    unknown: [],
    lastMigrationAt: '2026-11-01T00:00:00.000Z',
    clockAheadSeconds: 0.01,
    postgres: sqlite ? null : { ...postgresFacts, ...postgres },
    sqlite: sqlite ? { ...sqliteFacts, ...sqlite } : null,
    ...database,
  }
}

const postgresFacts: PostgresFacts = {
  versionNumber: 180_001,
  version: '18.1',
  encoding: 'UTF8',
  timeZone: 'UTC',
  connections: 20,
  maxConnections: 97,
  isReadOnly: false,
  isSuperuser: false,
  isEncrypted: true,
  unsafeSettings: [],
  longestTransactionSeconds: 1,
  transactionAge: 1000,
  checksumFailures: 0,
  sizeBytes: GIGABYTE,
  invalidIndexes: [],
  unvalidatedConstraints: [],
}

const sqliteFacts: SqliteFacts = {
  version: '3.53.4',
  journalMode: 'wal',
  encoding: 'UTF-8',
  sizeBytes: 1024,
  damage: [],
  brokenReferences: 0,
}

const productFacts: ProductFacts = {
  deadJobs: 0,
  deadJobNames: [],
  waitingJobs: 3,
  oldestDue: '2026-11-24T11:59:58.000Z',
  abandonedJobs: 0,
  recurringJobs: 8,
  nextRecurring: '2026-11-24T12:00:30.000Z',
  failedMails: 0,
  administrators: 2,
  administratorsWithoutSecondFactor: 0,
  sealedSecrets: 2,
  unreadableSecrets: 0,
  maintenance: null,
}

const redisFacts: RedisFacts = {
  version: '8.2.1',
  role: 'master',
  evictionPolicy: 'noeviction',
  usedBytes: 1000,
  maxBytes: 100_000,
  clients: 10,
  maxClients: 10_000,
  hasAppendOnlyFile: true,
  hasSnapshots: false,
  lastSnapshot: 'ok',
  lastAppend: 'ok',
  isLoading: false,
}

const machineFacts: MachineFacts = {
  memoryLimitBytes: 4 * GIGABYTE,
  isContainerLimit: true,
  memoryAvailableBytes: 2 * GIGABYTE,
  openFilesLimit: 65_536,
}

const fileFacts = {
  mode: 0o700,
  isWritable: true,
  freeBytes: 50 * GIGABYTE,
  totalBytes: 100 * GIGABYTE,
  freeInodes: 900,
  totalInodes: 1000,
}

const certificateFacts = {
  expiresAt: new Date('2027-01-20T00:00:00.000Z'),
  names: 'DNS:api.school.example',
  refusal: null,
}
