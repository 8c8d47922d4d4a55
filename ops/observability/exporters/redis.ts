import { describeCounter, describeGauge } from '../promql/index.ts'

/** Redis, by redis_exporter. */
export const redisUp = describeGauge('redis_up', '1 while the exporter reaches Redis.', {})
export const redisMemoryUsed = describeGauge('redis_memory_used_bytes', 'Memory in use.', {})
export const redisMemoryMax = describeGauge('redis_memory_max_bytes', 'The limit, maxmemory; 0: none.', {})
export const redisErrors = describeCounter(
  'redis_errors_total',
  'Errors by their first word; a series each, once met.',
  {
    err: [],
  },
)
export const redisClients = describeGauge('redis_connected_clients', 'Connections.', {})
export const redisRejectedConnections = describeCounter(
  'redis_rejected_connections_total',
  'Connections refused because maxclients was reached.',
  {},
)
export const redisLastSaveStatus = describeGauge('redis_rdb_last_bgsave_status', '1 when the last snapshot worked.', {})
export const redisLastAppendStatus = describeGauge(
  'redis_aof_last_write_status',
  '1 when the last write of the append-only file worked.',
  {},
)
export const redisCommands = describeCounter('redis_commands_processed_total', 'Commands.', {})
