import { describeCounter, describeGauge } from '../promql/index.ts'

const activity = {
  datname: [],
  state: [
    'active',
    'disabled',
    'fastpath function call',
    'idle',
    'idle in transaction',
    'idle in transaction (aborted)',
  ],
  usename: [],
  application_name: [],
  backend_type: [],
  wait_event: [],
  wait_event_type: [],
  server: [],
} as const

/** PostgreSQL, by postgres_exporter. */
export const pgUp = describeGauge('pg_up', '1 while the exporter reaches PostgreSQL.', {})
export const pgActivityCount = describeGauge('pg_stat_activity_count', 'Connections by state.', activity)
export const pgLongestTransaction = describeGauge(
  'pg_stat_activity_max_tx_duration',
  'Seconds since the oldest open transaction began, by state.',
  activity,
)
export const pgMaxConnections = describeGauge('pg_settings_max_connections', 'Most connections at a time.', {
  server: [],
})
export const pgDatabaseSize = describeGauge('pg_database_size_bytes', 'Size of a database.', { datname: [] })
export const pgDeadlocks = describeCounter('pg_stat_database_deadlocks', 'Transactions ended by a deadlock.', {
  datname: [],
  datid: [],
})
export const pgBlocksHit = describeCounter('pg_stat_database_blks_hit', 'Blocks found in memory.', {
  datname: [],
  datid: [],
})
export const pgBlocksRead = describeCounter('pg_stat_database_blks_read', 'Blocks read from disk.', {
  datname: [],
  datid: [],
})
