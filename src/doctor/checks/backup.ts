import { atMost, type Check, expect, type Finding, fail, ok, skipped, warn } from '../check.ts'
import { duration } from '../duration.ts'
import type { Patient } from '../patient.ts'

const needs = 'backup.key'

/** Backups are made, were restored on trial, and lie elsewhere. */
export const backupChecks: readonly Check[] = [
  {
    id: needs,
    meaning: 'BACKUP_KEY is set in production: without it there are no backups.',
    fix: 'node src/main.ts backup new-key prints one for .env; keep a copy away from this machine.',
    look({ config }) {
      if (config.BACKUP_KEY !== '') return ok('BACKUP_KEY is set')
      return config.ENVIRONMENT === 'production' ? fail('BACKUP_KEY is empty') : skipped('BACKUP_KEY is empty')
    },
  },
  {
    id: 'backup.recent',
    meaning: 'The newest backup is about as young as BACKUP_INTERVAL_HOURS promises.',
    fix: 'node src/main.ts backup makes one now; is `backup schedule` running? Then docs/runbooks/backup-old.md',
    needs,
    async look(patient) {
      const [newest] = await patient.backups()
      return newest ? judgeAge(patient, newest.createdAt, 'made') : fail('there is none')
    },
  },
  {
    id: 'backup.verified',
    meaning: 'A young backup was restored on trial: one that never was may not be one.',
    fix: 'node src/main.ts backup verify restores the newest on trial; then docs/runbooks/backup-not-restored.md',
    needs,
    async look(patient) {
      const good = (await patient.backups()).find(({ verifiedAt }) => verifiedAt !== null)
      return good
        ? judgeAge(patient, good.createdAt, 'restored on trial, made')
        : fail('none was ever restored on trial')
    },
  },
  {
    id: 'backup.elsewhere',
    meaning: 'Backups do not lie in DATA_DIR, with whose disk they would be lost.',
    fix: 'Set BACKUP_AZURE_CONTAINER, or BACKUP_DIRECTORY to a folder on another disk, in .env.',
    needs,
    look({ config }) {
      if (config.BACKUP_AZURE_CONTAINER !== '') return ok(`Azure, container ${config.BACKUP_AZURE_CONTAINER}`)
      const directory = config.BACKUP_DIRECTORY
      const isInside = directory === '' || directory.startsWith(`${config.DATA_DIR}/`)
      return expect(!isInside, directory || 'DATA_DIR/backups', warn)
    },
  },
]

function judgeAge({ config, now }: Patient, createdAt: Date, what: string): Finding {
  const seconds = (now().getTime() - createdAt.getTime()) / 1000
  const promised = config.BACKUP_INTERVAL_HOURS * 3600
  return atMost(seconds, 1.5 * promised, 3 * promised, `${what} ${duration(Math.max(0, seconds))} ago`)
}
