import { defineGauge, defineHistogram, gauge, histogram, type Metrics } from '#platform/metrics/metrics.ts'
import { type QueryObserver, queryKinds } from './query-kind.ts'

export const querySeconds = defineHistogram({
  name: 'lms_database_query_duration_seconds',
  help: 'Time of one statement in the database, by what it does.',
  labels: { operation: queryKinds },
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
})

export const poolConnections = defineGauge({
  name: 'lms_database_pool_connections',
  help: 'Connections of this process to PostgreSQL, by what they do; 0 on SQLite.',
  labels: { state: ['used', 'idle'] },
})

export const poolSize = defineGauge({
  name: 'lms_database_pool_size',
  help: 'Most connections this process may open to PostgreSQL; 0 on SQLite.',
  labels: {},
})

export const poolWaiting = defineGauge({
  name: 'lms_database_pool_waiting_requests',
  help: 'Callers that wait for a free connection.',
  labels: {},
})

interface PoolCounts {
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
}

export function databaseMetrics(metrics: Metrics) {
  const observe = histogram(metrics, querySeconds)
  let pool: PoolCounts = { totalCount: 0, idleCount: 0, waitingCount: 0 }
  gauge(metrics, poolConnections, (set) => {
    set({ state: 'used' }, pool.totalCount - pool.idleCount)
    set({ state: 'idle' }, pool.idleCount)
  })
  gauge(metrics, poolWaiting, (set) => set({}, pool.waitingCount))
  const setPoolSize = gauge(metrics, poolSize)

  return {
    observeQuery: ((operation, seconds) => observe({ operation }, seconds)) satisfies QueryObserver,
    watchPool(watched: PoolCounts, size: number): void {
      pool = watched
      setPoolSize({}, size)
    },
  }
}
