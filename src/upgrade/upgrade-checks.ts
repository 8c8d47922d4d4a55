import { contractingStatements } from '#platform/database/contracting.ts'
import { type SchemaMigration, statementsOf } from '#platform/database/migrate.ts'
import { allChecks } from '../doctor/all-checks.ts'
import { type Check, expect, type Finding, fail, ok, skipped, warn } from '../doctor/check.ts'
import { duration } from '../doctor/duration.ts'
import type { Patient } from '../doctor/patient.ts'
import { size } from '../doctor/size.ts'
import { migrations } from '../migrations/index.ts'
import { unknownSettings } from './unknown-settings.ts'

/** What doctor looks at and an upgrade depends on, too. */
const borrowed = [
  'machine.node',
  'data-directory.writable',
  'database.reachable',
  'database.version',
  'database.writable',
  'backup.key',
]
const needs = 'database.reachable'
const HOUR_SECONDS = 3600

/** What the next start of this release would meet; `servingRelease` asks what serves now, null: nothing answers. */
export function upgradeChecks(
  servingRelease: () => Promise<string | null>,
  known: readonly SchemaMigration[] = migrations,
): readonly Check[] {
  return [
    ...allChecks.filter(({ id }) => borrowed.includes(id)),
    {
      id: 'upgrade.settings',
      meaning: 'Every variable that looks like a setting is one of this release: it may have been removed or renamed.',
      fix: 'Remove it from .env, or use the present name: node src/main.ts config --reference, and CHANGELOG.md',
      look({ environment }) {
        const found = unknownSettings(Object.keys(environment))
        return expect(found.length === 0, found.length === 0 ? 'all are known' : found.join(', '), warn)
      },
    },
    {
      id: 'upgrade.release',
      meaning: 'No minor release is left out, and the way does not lead back: only that is tested.',
      fix: 'Deploy the releases in between first; CHANGELOG.md says what each needs. Back: deploy --rollback',
      async look({ config }) {
        return judgeGap(await servingRelease().catch(() => null), config.RELEASE)
      },
    },
    {
      id: 'upgrade.newer-schema',
      meaning: 'The database has seen no migration that this release does not know.',
      fix: 'On the way back this is as it should be. Otherwise this is the older release: deploy the newer one.',
      needs,
      async look({ database }) {
        const { unknown } = await database()
        return expect(unknown.length === 0, unknown.length === 0 ? 'none is newer' : unknown.join(', '), warn)
      },
    },
    {
      id: 'upgrade.migrations',
      meaning: 'What would be applied is told; nothing of it needs that the present release stops first.',
      fix: 'Stop the present release before node src/main.ts migrate (maintenance on first), or wait for a release without it.',
      needs,
      look: (patient) => judgeMigrations(patient, known),
    },
    {
      id: 'upgrade.backup',
      meaning: 'Before a migration there is a backup of today that was restored on trial.',
      fix: 'node src/main.ts backup && node src/main.ts backup verify',
      needs: 'backup.key',
      look: judgeBackup,
    },
    {
      id: 'upgrade.disk',
      meaning: 'DATA_DIR has room for a backup: twice the database and the last backup.',
      fix: 'Free room or enlarge the disk; what takes it: du -xh "$DATA_DIR" | sort -h | tail',
      needs,
      look: judgeRoom,
    },
  ]
}

function judgeGap(serving: string | null, here: string): Finding {
  if (serving === null) return skipped('nothing answers that could be replaced')
  const found = `${serving} serves, this is ${here}`
  const [old, next] = [versionOf(serving), versionOf(here)]
  if (!old || !next) return ok(found)
  const gap = next.major === old.major ? next.minor - old.minor : next.major > old.major ? 2 : -1
  if (gap < 0) return warn(`${found}: the way back`)
  return expect(gap <= 1, gap <= 1 ? found : `${found}: releases in between are left out`, warn)
}

/** `1.2.3-4f2c1d0`; other names tell no order. */
function versionOf(release: string): { readonly major: number; readonly minor: number } | null {
  const [, major, minor] = /^v?(\d+)\.(\d+)\.\d+/.exec(release) ?? []
  return major === undefined ? null : { major: Number(major), minor: Number(minor) }
}

async function judgeMigrations({ database }: Patient, known: readonly SchemaMigration[]): Promise<Finding> {
  const { pending, postgres } = await database()
  if (pending.length === 0) return ok('none is pending')
  const statements = known
    .filter(({ name }) => pending.includes(name))
    .flatMap((migration) => statementsOf(migration, postgres ? 'postgres' : 'sqlite'))
  const contracting = contractingStatements(statements)
  const found = `${pending.length} pending: ${pending.join(', ')}`
  return contracting.length === 0
    ? ok(`${found}; all only expand, so the present release serves on meanwhile`)
    : fail(`${found}; ${contracting.map(({ statement, why }) => `“${statement.slice(0, 80)}”: ${why}`).join('; ')}`)
}

async function judgeBackup({ backups, database, now }: Patient): Promise<Finding> {
  const good = (await backups()).find(({ verifiedAt }) => verifiedAt !== null)
  const ageSeconds = good && (now().getTime() - good.createdAt.getTime()) / 1000
  const found =
    ageSeconds === undefined ? 'none was restored on trial' : `${duration(ageSeconds)} old, restored on trial`
  const isYoung = ageSeconds !== undefined && ageSeconds <= 26 * HOUR_SECONDS
  const isNeeded = (await database()).pending.length > 0
  return expect(isYoung, found, isNeeded ? fail : warn)
}

async function judgeRoom({ config, backups, database, fileSystem }: Patient): Promise<Finding> {
  const { postgres, sqlite } = await database()
  const [newest] = await backups().catch(() => [])
  const needed = 2 * (postgres?.sizeBytes ?? sqlite?.sizeBytes ?? 0) + 2 * (newest?.sizeBytes ?? 0)
  const { freeBytes } = await fileSystem(config.DATA_DIR)
  return expect(freeBytes > needed, `${size(freeBytes)} free, ${size(needed)} needed`)
}
