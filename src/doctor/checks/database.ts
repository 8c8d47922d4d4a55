import { placeOf } from '../../prepare-database.ts'
import { atMost, type Check, expect, type Finding, fail, ok, skipped, warn } from '../check.ts'
import { duration } from '../duration.ts'
import type { DatabaseFacts } from '../facts/database-facts.ts'
import { size } from '../size.ts'

const needs = 'database.reachable'

/** Of either database: is it there, is it this product's, and does it agree on the time. */
export const databaseChecks: readonly Check[] = [
  {
    id: needs,
    meaning: 'The database of DATABASE_URL answers: without it nothing is served.',
    fix: 'Is it running, and is DATABASE_URL right? docker compose -f docker-compose.prod.yml ps postgres; psql "$DATABASE_URL" -c "select 1". A new SQLite file: node src/main.ts migrate',
    async look({ config, database }) {
      await database()
      return ok(placeOf(config.DATABASE_URL))
    },
  },
  {
    id: 'database.version',
    meaning: 'PostgreSQL is 16 or newer, SQLite 3.45 or newer: what the product is tested on.',
    fix: 'PostgreSQL: dump, start a newer image, restore (docs/operations/deploy.md). SQLite comes with Node: npm ci',
    needs,
    look: of(({ postgres, sqlite }) => {
      if (postgres) return expect(postgres.versionNumber >= 160_000, `PostgreSQL ${postgres.version}`)
      const [major = 0, minor = 0] = (sqlite?.version ?? '0').split('.').map(Number)
      return expect(major > 3 || (major === 3 && minor >= 45), `SQLite ${sqlite?.version}`)
    }),
  },
  {
    id: 'database.migrations',
    meaning: 'Every migration of this release is applied: it serves on no older schema.',
    fix: 'node src/main.ts migrate',
    needs,
    look: of(({ pending }) =>
      expect(pending.length === 0, pending.length === 0 ? 'none is pending' : `pending: ${pending.join(', ')}`),
    ),
  },
  {
    id: 'database.release',
    meaning: 'The database knows no migration of a newer release than this one.',
    fix: 'After a rollback this is as it should be. Otherwise deploy the release that the database belongs to.',
    needs,
    look: of(({ unknown }) =>
      expect(unknown.length === 0, unknown.length === 0 ? 'none is newer' : `newer: ${unknown.join(', ')}`, warn),
    ),
  },
  {
    id: 'database.writable',
    meaning: 'The database takes writes: it is no standby, not switched to read-only, and its file can be written.',
    fix: 'Point DATABASE_URL at the primary; or: alter database NAME reset default_transaction_read_only; or chown the file.',
    needs,
    async look({ config, database, fileSystem }) {
      const { postgres } = await database()
      if (postgres) return expect(!postgres.isReadOnly, postgres.isReadOnly ? 'read-only' : 'takes writes')
      const path = config.DATABASE_URL.slice('sqlite:'.length)
      if (path === ':memory:') return ok('in memory')
      const { isWritable } = await fileSystem(path)
      return expect(isWritable, `${path} is ${isWritable ? '' : 'not '}writable`)
    },
  },
  {
    id: 'database.encoding',
    meaning: 'The database stores UTF-8: with anything else names in other scripts are refused.',
    fix: "create database lms encoding 'UTF8' template template0, then dump into it.",
    needs,
    look: of(({ postgres, sqlite }) => {
      const encoding = postgres?.encoding ?? sqlite?.encoding ?? 'unknown'
      return expect(encoding.replace('-', '') === 'UTF8', encoding)
    }),
  },
  {
    id: 'database.clock',
    meaning: 'The clocks of this machine and of the database agree: deadlines, tokens and jobs go by both.',
    fix: 'sudo timedatectl set-ntp true on both machines; timedatectl timesync-status; then docs/runbooks/clock-off.md',
    needs,
    look: of(({ clockAheadSeconds }) => {
      const found = `${Math.abs(clockAheadSeconds).toFixed(2)} s ${clockAheadSeconds >= 0 ? 'ahead of' : 'behind'} the database`
      return atMost(Math.abs(clockAheadSeconds), 1, 5, found)
    }),
  },
  {
    id: 'database.clock-sane',
    meaning: 'The clock of this machine is not before what is already stored: it was not set back.',
    fix: 'sudo timedatectl set-ntp true; date -u must be right before anything is started again.',
    needs,
    async look({ database, now }) {
      const { lastMigrationAt } = await database()
      if (lastMigrationAt === null) return skipped('no migration was applied yet')
      const isLater = now().getTime() >= Date.parse(lastMigrationAt) - 60_000
      return expect(isLater, `it is ${now().toISOString()}, the last migration was at ${lastMigrationAt}`)
    },
  },
  {
    id: 'database.integrity',
    meaning: 'The stored pages are not damaged.',
    fix: 'Stop the product, copy the database away before anything else, and restore the last good backup.',
    needs,
    look: of(({ postgres, sqlite }) => {
      if (postgres) {
        const { checksumFailures } = postgres
        if (checksumFailures === null) return skipped('this PostgreSQL keeps no checksums (initdb --data-checksums)')
        return expect(checksumFailures === 0, `${checksumFailures} pages with a wrong checksum`)
      }
      if (!sqlite?.damage) return skipped('the file is too large to be read in passing: pragma integrity_check')
      const { damage } = sqlite
      return damage.length === 0 ? ok('quick_check finds nothing') : fail(damage.slice(0, 3).join('; '))
    }),
  },
  {
    id: 'database.durability',
    meaning: 'What was acknowledged survives a power cut.',
    fix: 'alter system reset fsync (and full_page_writes, synchronous_commit); select pg_reload_conf(). SQLite: pragma journal_mode = wal',
    needs,
    look: of(({ postgres, sqlite }) => {
      if (!postgres) return expect(sqlite?.journalMode === 'wal', `journal mode ${sqlite?.journalMode}`, warn)
      const off = postgres.unsafeSettings
      return off.length === 0
        ? ok('fsync, full_page_writes and synchronous_commit are on')
        : fail(`off: ${off.join(', ')}`)
    }),
  },
  {
    id: 'database.constraints',
    meaning: 'No stored row breaks a rule of the schema, and no index or constraint is half made.',
    fix: 'reindex index concurrently NAME; alter table TABLE validate constraint NAME. SQLite: pragma foreign_key_check names the rows.',
    needs,
    look: of(({ postgres, sqlite }) => {
      if (postgres) {
        const wrong = [...postgres.invalidIndexes, ...postgres.unvalidatedConstraints]
        return wrong.length === 0 ? ok('all indexes and constraints are valid') : fail(`not valid: ${wrong.join(', ')}`)
      }
      const broken = sqlite?.brokenReferences ?? null
      if (broken === null) return skipped('the file is too large to be read in passing: pragma foreign_key_check')
      return expect(broken === 0, `${broken} broken references`)
    }),
  },
  {
    id: 'database.size',
    meaning: 'SQLite is for small institutions: from 10 GB on PostgreSQL is the better place.',
    fix: 'Move to PostgreSQL: set DATABASE_URL=postgresql://…, then node src/main.ts migrate',
    needs,
    look: of(({ postgres, sqlite }) =>
      postgres
        ? ok(size(postgres.sizeBytes))
        : expect((sqlite?.sizeBytes ?? 0) < 10 * 1024 ** 3, size(sqlite?.sizeBytes ?? 0), warn),
    ),
  },
  ...postgresChecks(),
]

/** What only PostgreSQL has. */
function postgresChecks(): Check[] {
  return [
    {
      id: 'database.connections',
      meaning: 'PostgreSQL has connections left: beyond max_connections every new one is refused.',
      fix: 'select application_name, state, count(*) from pg_stat_activity group by 1, 2; then docs/runbooks/postgres-connections-high.md',
      needs,
      look: ofPostgres(({ connections, maxConnections }) =>
        atMost(connections / maxConnections, 0.75, 0.9, `${connections} of ${maxConnections} in use`),
      ),
    },
    {
      id: 'database.pool-size',
      meaning:
        'The pools fit: during a deploy two API processes and two workers of both colours, eight in all, each have one.',
      fix: 'Lower DATABASE_POOL_SIZE in .env, or raise max_connections: alter system set max_connections = 200, then restart.',
      needs,
      async look({ config, database }) {
        const { postgres } = await database()
        if (!postgres) return skipped('SQLite has no connections to share')
        const { maxConnections } = postgres
        const found = `${config.DATABASE_POOL_SIZE} for one process, ${maxConnections} for all`
        if (config.DATABASE_POOL_SIZE > maxConnections) return fail(found)
        return expect(8 * config.DATABASE_POOL_SIZE <= maxConnections, found, warn)
      },
    },
    {
      id: 'database.long-transactions',
      meaning: 'No transaction has been open for long: it keeps locks and lets tables grow.',
      fix: 'select pid, now() - xact_start, query from pg_stat_activity order by 2 desc limit 5; select pg_terminate_backend(PID)',
      needs,
      look: ofPostgres(({ longestTransactionSeconds: seconds }) =>
        atMost(seconds, 300, 3600, `the longest has been open for ${duration(seconds)}`),
      ),
    },
    {
      id: 'database.transaction-age',
      meaning: 'Old transactions are cleaned up: at 2 thousand million PostgreSQL stops to protect the data.',
      fix: 'vacuum (freeze) as a superuser, and find out why autovacuum does not: select * from pg_stat_progress_vacuum',
      needs,
      look: ofPostgres(({ transactionAge }) =>
        atMost(transactionAge, 500_000_000, 1_500_000_000, `${transactionAge} transactions old`),
      ),
    },
    {
      id: 'database.time-zone',
      meaning: 'Sessions are in UTC: a pooler that drops our settings would shift every time.',
      fix: "alter database NAME set timezone = 'UTC'; with PgBouncer: ignore_startup_parameters must not hold “options”.",
      needs,
      look: ofPostgres(({ timeZone }) => expect(timeZone === 'UTC', timeZone)),
    },
    {
      id: 'database.account',
      meaning: 'The product is no superuser: what gets into it then does not own the whole server.',
      fix: 'create role lms login; alter database NAME owner to lms; reassign owned by postgres to lms; use it in DATABASE_URL.',
      needs,
      look: ofPostgres(({ isSuperuser }) =>
        expect(!isSuperuser, isSuperuser ? 'a superuser' : 'an ordinary account', warn),
      ),
    },
    {
      id: 'database.encryption',
      meaning: 'The connection is encrypted when it leaves this machine and its private network.',
      fix: 'Append ?sslmode=verify-full (with sslrootcert=PATH) to DATABASE_URL and start again.',
      needs,
      async look({ config, database, resolve }) {
        const { postgres } = await database()
        if (!postgres) return skipped('SQLite is a file')
        if (postgres.isEncrypted !== false) return ok(postgres.isEncrypted === null ? 'a local socket' : 'TLS')
        const addresses = await resolve(new URL(config.DATABASE_URL).hostname)
        const isNear = addresses.every(isPrivate)
        return expect(isNear, isNear ? 'plain, within a private network' : 'plain, over a public network')
      },
    },
  ]
}

/** RFC 1918, loopback, and their likes of IPv6. */
function isPrivate(address: string): boolean {
  return /^(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd])/.test(address)
}

function of(judge: (facts: DatabaseFacts) => Finding): Check['look'] {
  return async ({ database }) => judge(await database())
}

function ofPostgres(judge: (facts: NonNullable<DatabaseFacts['postgres']>) => Finding): Check['look'] {
  return async ({ database }) => {
    const { postgres } = await database()
    return postgres ? judge(postgres) : skipped('only PostgreSQL has this')
  }
}
