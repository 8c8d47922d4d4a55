import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Kysely } from 'kysely'
import { migrate } from '#platform/database/migrate.ts'
import { openSqlite, sqliteDialect } from '#platform/database/sqlite.ts'
import { openDiskStorage } from '#platform/storage/disk-storage.ts'
import { migrations } from '../migrations/index.ts'
import { newBackupKey, pack } from './archive.ts'
import { createBackups } from './backups.ts'
import { writeManifest } from './manifest.ts'

const DAY_MS = 86_400_000

describe('backups', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'lms-backups-'))
  let time = Date.parse('2026-01-01T00:00:00Z')
  after(() => rmSync(scratch, { recursive: true }))

  async function open(name: string) {
    const databaseUrl = `sqlite:${join(scratch, `${name}.db`)}`
    const db = new Kysely<unknown>({ dialect: sqliteDialect(openSqlite(join(scratch, `${name}.db`))) })
    await migrate(db, migrations)
    await db.destroy()
    const target = await openDiskStorage({ directory: join(scratch, `${name}-backups`) })
    const key = await newBackupKey()
    const files = await openDiskStorage({ directory: join(scratch, `${name}-files`) })
    const source = { databaseUrl, files, secretKey: 'signs nothing', extraDirectories: [], release: 'test' }
    const rest = { keepDays: 14, metricsFile: '', scratchDirectory: scratch, now: () => new Date(time) }
    return { backups: createBackups({ target, source, key, ...rest }), target, key }
  }

  test('what is too old is removed, but never the newest three and never the last that was restored on trial', async () => {
    const { backups } = await open('retention')
    const made: string[] = []
    for (let day = 0; day < 5; day++) {
      made.push((await backups.create()).name)
      if (day === 1) await backups.verify(made[1] ?? '')
      time += DAY_MS
    }
    await backups.prune()
    assert.equal((await backups.list()).length, 5, 'none is too old yet')
    time += 100 * DAY_MS
    await backups.prune()
    const kept = await backups.list()
    assert.deepEqual(
      kept.map(({ name }) => name),
      [made[4], made[3], made[2], made[1]],
    )
    assert.ok(kept.at(-1)?.verifiedAt, 'the last good one is among them')
  })

  test('one whose database holds fewer rows than its manifest says is not good', async () => {
    const { backups, target, key } = await open('fewer')
    const { name } = await backups.create()
    const directory = mkdtempSync(join(scratch, 'changed-'))
    const manifest = await backups.open(name, directory)
    await writeManifest(directory, { ...manifest, rows: { ...manifest.rows, user_account: 7 } })
    await target.put(name, await pack(directory, key), { maxBytes: 1e9, contentType: 'application/age' })
    await assert.rejects(backups.verify(name), /rows are missing or too many \(user_account: 0 of 7\)/)
    assert.equal((await backups.list())[0]?.verifiedAt, null)
  })

  test('one that lacks a file, or holds another in its place, is not good', async () => {
    const { backups, target, key } = await open('files')
    const { name } = await backups.create()
    const directory = mkdtempSync(join(scratch, 'changed-'))
    const manifest = await backups.open(name, directory)
    await writeManifest(directory, { ...manifest, files: { notes: 'f'.repeat(64) } })
    mkdirSync(join(directory, 'files'))
    writeFileSync(join(directory, 'files/notes'), 'something else')
    await target.put(name, await pack(directory, key), { maxBytes: 1e9, contentType: 'application/age' })
    await assert.rejects(backups.verify(name), /the file notes is not what it was/)
  })
})
