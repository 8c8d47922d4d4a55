import { describeGauge } from '../promql/index.ts'

/** Written by the backup service for node_exporter's textfile collector. */
export const backupLastSuccess = describeGauge(
  'lms_backup_last_success_timestamp_seconds',
  'When the last backup ended well.',
  {},
)
export const backupLastVerifiedRestore = describeGauge(
  'lms_backup_last_verified_restore_timestamp_seconds',
  'When a backup was last restored on trial and compared.',
  {},
)
