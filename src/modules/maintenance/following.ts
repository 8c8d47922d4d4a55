import type { Kysely } from 'kysely'
import type { MaintenanceNotice } from '#platform/http/maintenance.ts'
import { atMostEvery } from '#platform/log/at-most-every.ts'
import type { Log } from '#platform/log/log.ts'
import { gauge, type Metrics } from '#platform/metrics/metrics.ts'
import type { Database } from '../../database.ts'
import { maintenanceActive, maintenanceOverdueSeconds } from './metrics.ts'
import { readMaintenance } from './switching.ts'

export interface FollowingDeps {
  readonly db: Kysely<Database>
  readonly log: Log
  readonly metrics: Metrics
  readonly now: () => Date
}

export type MaintenanceFollower = ReturnType<typeof createMaintenanceFollower>

const LOOKS_EVERY_MS = 2000

/** What this process knows of maintenance: as of its last look at the database. */
export function createMaintenanceFollower({ db, log, metrics, now }: FollowingDeps) {
  let present: MaintenanceNotice | null = null
  const warn = atMostEvery(60, (error: unknown) =>
    log.warn({ err: error }, 'whether there is maintenance cannot be read; the last answer counts'),
  )
  gauge(metrics, maintenanceActive, (set) => set({}, present ? 1 : 0))
  gauge(metrics, maintenanceOverdueSeconds, (set) => set({}, overdueSeconds(present, now())))

  /** Looks now. */
  async function refresh(): Promise<void> {
    const read = await readMaintenance(db)
    if ((read === null) !== (present === null))
      log.info({ notice: read }, read ? 'maintenance begins' : 'maintenance ends')
    present = read && { message: read.message, endsAt: read.endsAt }
  }

  /** Looks every two seconds until the returned function is called. While the database is away the last answer counts. */
  function follow(): () => void {
    let isStopped = false
    let timer: NodeJS.Timeout | undefined
    const next = () => {
      timer = setTimeout(() => {
        refresh()
          .catch(warn)
          .finally(() => {
            if (!isStopped) next()
          })
      }, LOOKS_EVERY_MS).unref()
    }
    next()
    return () => {
      isStopped = true
      clearTimeout(timer)
    }
  }

  return { notice: () => present, refresh, follow }
}

function overdueSeconds(present: MaintenanceNotice | null, now: Date): number {
  if (!present?.endsAt) return 0
  return Math.max(0, (now.getTime() - Date.parse(present.endsAt)) / 1000)
}
