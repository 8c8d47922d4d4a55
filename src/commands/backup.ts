import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { newBackupKey } from '../backup/archive.ts'
import type { Backups, KeptBackup } from '../backup/backups.ts'
import { reasonOf, StartError } from '../start-error.ts'
import { chooseBackup, openBackups } from './open-backups.ts'

const HOUR_MS = 3_600_000
const LOOKS_EVERY_MS = 300_000

export const backupHelp = `Usage: node src/main.ts backup                     makes one now
       node src/main.ts backup list                the newest first
       node src/main.ts backup verify [NAME]       restores it on trial and compares everything; default: the newest
       node src/main.ts backup schedule            makes and verifies one every BACKUP_INTERVAL_HOURS, until it is stopped
       node src/main.ts backup new-key             prints a new BACKUP_KEY

A backup is one encrypted file with the database of one moment, all files and the secrets. BACKUP_KEY opens it; the program
age reads it, too. Old ones are removed after BACKUP_KEEP_DAYS, but never the last that was restored on trial.
`

/** `backup` and its actions; returns the exit code. */
export async function operateBackups(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
  const [action = 'create', name = 'latest', ...rest] = positionals
  if (rest.length > 0 || !Object.hasOwn(actions, action)) {
    process.stderr.write(`${backupHelp}`)
    return 2
  }
  return await (actions[action] as Action)(name)
}

type Action = (name: string) => Promise<number>

const actions: Readonly<Record<string, Action>> = {
  async create() {
    const { backups } = await openBackups()
    await makeOne(backups)
    return 0
  },

  async list() {
    const { backups } = await openBackups()
    const kept = await backups.list()
    process.stdout.write(kept.length === 0 ? 'There is no backup yet.\n' : kept.map(line).join(''))
    return 0
  },

  async verify(name) {
    const { backups } = await openBackups()
    return (await verifyOne(backups, await chooseBackup(backups, name))) ? 0 : 1
  },

  async schedule() {
    const { backups, config } = await openBackups()
    await keepMaking(backups, config.BACKUP_INTERVAL_HOURS * HOUR_MS)
    return 0
  },

  async 'new-key'() {
    process.stdout.write(`BACKUP_KEY=${await newBackupKey()}\n`)
    return 0
  },
}

async function makeOne(backups: Backups): Promise<string> {
  const startedAt = performance.now()
  const { name, sizeBytes, manifest } = await backups.create().catch((error) => {
    throw new StartError(`No backup was made: ${reasonOf(error)}.`, error)
  })
  const rows = Object.values(manifest.rows).reduce((sum, count) => sum + count, 0)
  process.stdout.write(
    `Made ${name}: ${rows} rows, ${Object.keys(manifest.files).length} files, ${megabytes(sizeBytes)}, in ${seconds(startedAt)}.\n`,
  )
  for (const key of manifest.missingFiles)
    process.stderr.write(`The file ${key} is in the database and not in the storage.\n`)
  return name
}

async function verifyOne(backups: Backups, name: string): Promise<boolean> {
  const startedAt = performance.now()
  try {
    const manifest = await backups.verify(name)
    process.stdout.write(
      `${name} is good: restored on trial, ${Object.keys(manifest.rows).length} tables compared, in ${seconds(startedAt)}.\n`,
    )
    return true
  } catch (error) {
    process.stderr.write(`${name} is NOT good: ${reasonOf(error)}\n`)
    return false
  }
}

/** Makes one when the newest is too old, so that a restart of the service makes none too many. */
async function keepMaking(backups: Backups, intervalMs: number): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  while (!stop.signal.aborted) {
    const [newest] = await backups.list()
    if (!newest || newest.createdAt.getTime() + intervalMs <= Date.now()) await makeAndVerify(backups)
    await setTimeout(LOOKS_EVERY_MS, undefined, { signal: stop.signal }).catch(() => {})
  }
}

/** A failure is told and tried again; the alert on the age of the last good backup tells who is on duty. */
async function makeAndVerify(backups: Backups): Promise<void> {
  try {
    await verifyOne(backups, await makeOne(backups))
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`)
  }
}

const line = ({ name, sizeBytes, verifiedAt }: KeptBackup): string =>
  `${name}  ${megabytes(sizeBytes).padStart(10)}  ${verifiedAt ? `restored on trial ${verifiedAt}` : 'never restored on trial'}\n`

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`
const seconds = (startedAt: number): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
