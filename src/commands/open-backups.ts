import { accessSync, constants } from 'node:fs'
import { openStorage, withEmbeddedDefaults } from '../adapters.ts'
import { openBackupTarget } from '../backup/backup-target.ts'
import { type BackupDeps, type Backups, createBackups } from '../backup/backups.ts'
import type { Source } from '../backup/source.ts'
import { type Config, loadConfig } from '../config.ts'
import { reasonOf, StartError } from '../start-error.ts'

export interface OpenBackups {
  readonly config: Config
  readonly source: Source
  readonly deps: BackupDeps
  readonly backups: Backups
}

/** Backups as the settings say. A setting that is missing is a `StartError`. */
export async function openBackups(): Promise<OpenBackups> {
  const config = withEmbeddedDefaults(loadConfig(process.env))
  if (config.BACKUP_KEY === '') {
    throw new StartError(
      'BACKUP_KEY is not set. Make one with: node src/main.ts backup new-key\nKeep a copy away from this machine: without it no backup can be read.',
    )
  }
  for (const directory of config.BACKUP_EXTRA_DIRECTORIES) requireReadable(directory)
  const source: Source = {
    databaseUrl: config.DATABASE_URL,
    files: await openStorage(config),
    secretKey: config.SECRET_KEY,
    extraDirectories: config.BACKUP_EXTRA_DIRECTORIES,
    release: config.RELEASE,
  }
  const deps: BackupDeps = {
    target: await openBackupTarget(config),
    source,
    key: config.BACKUP_KEY,
    keepDays: config.BACKUP_KEEP_DAYS,
    metricsFile: config.BACKUP_METRICS_FILE,
    scratchDirectory: config.DATA_DIR,
    now: () => new Date(),
  }
  return { config, source, deps, backups: createBackups(deps) }
}

/** The named backup, or the newest for `latest`. */
export async function chooseBackup(backups: Backups, wanted: string): Promise<string> {
  const kept = await backups.list()
  const found = wanted === 'latest' ? kept[0] : kept.find(({ name }) => name === wanted)
  if (found) return found.name
  throw new StartError(
    wanted === 'latest' ? 'There is no backup yet.' : `There is no backup ${wanted}. See: node src/main.ts backup list`,
  )
}

function requireReadable(directory: string): void {
  try {
    accessSync(directory, constants.R_OK | constants.X_OK)
  } catch (error) {
    throw new StartError(`BACKUP_EXTRA_DIRECTORIES: ${directory} cannot be read (${reasonOf(error)}).`, error)
  }
}
