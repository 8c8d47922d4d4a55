import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Kysely } from 'kysely'
import { migrate } from '#platform/database/migrate.ts'
import { openSqlite, sqliteDialect } from '#platform/database/sqlite.ts'
import { openDiskStorage } from '#platform/storage/disk-storage.ts'
import { migrations } from '../migrations/index.ts'
import { newBackupKey } from './archive.ts'
import { createBackups } from './backups.ts'

const DAY_MS = 86_400_000

describe('retention of backups', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'lms-retention-'))
  after(() => rmSync(scratch, { recursive: true }))

  test('removes what is too old, but never the newest three and never the last that was restored on trial', async () => {
    const path = join(scratch, 'lms.db')
    const db = new Kysely<unknown>({ dialect: sqliteDialect(openSqlite(path)) })
    await migrate(db, migrations)
    await db.destroy()
    let time = Date.parse('2026-01-01T00:00:00Z')
    const backups = createBackups({
      target: await openDiskStorage({ directory: join(scratch, 'backups') }),
      source: {
        databaseUrl: `sqlite:${path}`,
        files: await openDiskStorage({ directory: join(scratch, 'files') }),
        secretKey: 'signs nothing',
        extraDirectories: [],
        release: 'test',
      },
      key: await newBackupKey(),
      keepDays: 14,
      metricsFile: '',
      scratchDirectory: scratch,
      now: () => new Date(time),
    })
    const made: string[] = []
    for (let day = 0; day < 5; day++) {
      made.push((await backups.create()).name)
      if (day === 1) await backups.verify(made[1] ?? '')
      time += DAY_MS
    }
    time += 100 * DAY_MS
    await backups.prune()
    const kept = await backups.list()
    assert.deepEqual(
      kept.map(({ name }) => name),
      [made[4], made[3], made[2], made[1]],
    )
    assert.ok(kept.at(-1)?.verifiedAt, 'the last good one is among them')
  })
})
