import { rename, writeFile } from 'node:fs/promises'
import type { KeptBackup } from './backups.ts'

/** Writes the ages of the backups for node_exporter's textfile collector; readers see the old file or the new one. */
export async function writeMetrics(path: string, kept: readonly KeptBackup[]): Promise<void> {
  const newest = kept[0]
  const verified = kept.find(({ verifiedAt }) => verifiedAt !== null)
  const lines = [
    '# HELP lms_backup_last_success_timestamp_seconds When the last backup ended well.',
    '# TYPE lms_backup_last_success_timestamp_seconds gauge',
    ...(newest ? [`lms_backup_last_success_timestamp_seconds ${newest.createdAt.getTime() / 1000}`] : []),
    '# HELP lms_backup_last_verified_restore_timestamp_seconds When a backup was last restored on trial and compared.',
    '# TYPE lms_backup_last_verified_restore_timestamp_seconds gauge',
    ...(verified?.verifiedAt
      ? [`lms_backup_last_verified_restore_timestamp_seconds ${Date.parse(verified.verifiedAt) / 1000}`]
      : []),
  ]
  await writeFile(`${path}.new`, `${lines.join('\n')}\n`, { mode: 0o644 })
  await rename(`${path}.new`, path)
}
