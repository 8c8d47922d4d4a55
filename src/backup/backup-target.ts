import { join } from 'node:path'
import { openDiskStorage } from '#platform/storage/disk-storage.ts'
import type { Storage } from '#platform/storage/storage.ts'
import { openStorage } from '../adapters.ts'
import type { Config } from '../config.ts'
import { reasonOf, StartError } from '../start-error.ts'

/** Where backups are kept on disk; made by the first backup. */
export function backupDirectory(config: Config): string {
  return config.BACKUP_DIRECTORY || join(config.DATA_DIR, 'backups')
}

/** Opens where the settings want backups kept. */
export async function openBackupTarget(config: Config): Promise<Storage> {
  if (config.BACKUP_AZURE_CONTAINER !== '') {
    return await openStorage({ ...config, STORAGE: 'azure', AZURE_STORAGE_CONTAINER: config.BACKUP_AZURE_CONTAINER })
  }
  const directory = backupDirectory(config)
  try {
    return await openDiskStorage({ directory })
  } catch (error) {
    throw new StartError(`Backups cannot be kept in ${directory} (${reasonOf(error)}).`, error)
  }
}
