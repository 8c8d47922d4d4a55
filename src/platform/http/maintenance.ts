import type { FastifyRequest } from 'fastify'
import { counter, type Metrics } from '#platform/metrics/metrics.ts'
import { defineProblem } from '#platform/problem/problem.ts'
import { maintenanceRefusedTotal } from './metrics.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers everybody during maintenance, too: signing in, and pages that need no database. */
    duringMaintenance?: true
  }
}

/** What people are told while the product is under maintenance. */
export interface MaintenanceNotice {
  readonly message: string
  /** When it is expected to end (ISO 8601); null: nobody knows. */
  readonly endsAt: string | null
}

export const underMaintenance = defineProblem<MaintenanceNotice & { retryAfterSeconds: number }>({
  code: 'server/maintenance',
  status: 503,
  title: 'Under maintenance',
  advice:
    'Show `message` and, when it is known, `endsAt`; try again after the seconds in Retry-After. Nothing was changed.',
  detail: ({ message }) => message,
  extensions: ({ message, endsAt }) => ({ message, endsAt }),
  headers: ({ retryAfterSeconds }) => ({ 'retry-after': String(retryAfterSeconds) }),
})

export interface MaintenanceSettings {
  /** Null: there is none. Asked at every request. */
  readonly notice: () => MaintenanceNotice | null
  /** Who is let through all the same. */
  readonly passes: (request: FastifyRequest) => boolean
  /** Milliseconds. */
  readonly now: () => number
}

const RETRY_UNKNOWN_SECONDS = 120
const RETRY_LEAST_SECONDS = 15
const RETRY_MOST_SECONDS = 3600

/** Refuses everybody with 503 while there is maintenance, except who passes. */
export function createMaintenanceGate(
  { notice, passes, now }: MaintenanceSettings,
  metrics: Metrics,
): (request: FastifyRequest) => void {
  const refused = counter(metrics, maintenanceRefusedTotal).series({})
  return (request) => {
    const present = notice()
    if (present === null || passes(request)) return
    refused()
    throw underMaintenance({ ...present, retryAfterSeconds: retryAfter(present, now()) })
  }
}

/** Until the expected end, within an hour; when that has passed, or nobody knows, soon. */
function retryAfter({ endsAt }: MaintenanceNotice, now: number): number {
  if (endsAt === null) return RETRY_UNKNOWN_SECONDS
  const seconds = Math.ceil((Date.parse(endsAt) - now) / 1000)
  if (seconds <= 0) return RETRY_UNKNOWN_SECONDS
  return Math.min(RETRY_MOST_SECONDS, Math.max(RETRY_LEAST_SECONDS, seconds))
}
