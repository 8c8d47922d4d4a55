import { poolConnections, poolSize, poolWaiting, querySeconds } from '#platform/database/metrics.ts'
import {
  pgActivityCount,
  pgBlocksHit,
  pgBlocksRead,
  pgDatabaseSize,
  pgLongestTransaction,
  pgMaxConnections,
} from '../exporters/postgres.ts'
import { redisClients, redisCommands, redisErrors, redisMemoryMax, redisMemoryUsed } from '../exporters/redis.ts'
import { increase, max, quantile, rate, ratio, sum, value } from '../promql/index.ts'
import { here, type Row, these } from './panel.ts'

const ours = { ...these, service: 'lms-backend' } as const

export const stores: Row = {
  title: 'PostgreSQL and Redis',
  panels: [
    {
      title: 'Database connection pool usage',
      description:
        'Connections each process uses, of those it may open; callers that wait mean that there are too few.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      queries: [
        { expr: value(poolConnections, { ...ours, state: 'used' }), legend: 'used {{instance}}' },
        { expr: value(poolWaiting, ours), legend: 'waiting {{instance}}' },
        { expr: max(value(poolSize, ours)), legend: 'size of a pool' },
      ],
      alerts: ['PoolExhausted'],
    },
    {
      title: 'Connections to PostgreSQL',
      description: 'All connections by state, and how many there may be.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      queries: [
        { expr: sum(value(pgActivityCount, here), ['state']), legend: '{{state}}' },
        { expr: max(value(pgMaxConnections, here)), legend: 'limit' },
      ],
      alerts: ['PostgresConnectionsHigh'],
    },
    {
      title: 'Time of statements (p95)',
      description: 'Nineteen of twenty statements take no longer, by what they do.',
      kind: 'lines',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: quantile(0.95, querySeconds, { over: '$__rate_interval', by: ['operation'], where: these }),
          legend: '{{operation}}',
        },
      ],
      limits: { yellow: 0.1, red: 0.3 },
      alerts: ['QueriesSlow'],
    },
    {
      title: 'Longest open transaction',
      description: 'A long one holds locks and keeps old rows.',
      kind: 'lines',
      unit: 's',
      width: 8,
      queries: [
        { expr: max(value(pgLongestTransaction, here), ['datname', 'state']), legend: '{{datname}} {{state}}' },
      ],
      limits: { yellow: 60, red: 300 },
      alerts: ['PostgresTransactionLong'],
    },
    {
      title: 'Size of the databases',
      description: 'What each database takes on disk.',
      kind: 'lines',
      unit: 'bytes',
      width: 8,
      queries: [{ expr: max(value(pgDatabaseSize, here), ['datname']), legend: '{{datname}}' }],
    },
    {
      title: 'Blocks found in memory',
      description: 'Share of the blocks that PostgreSQL found in its memory; below 99 % more memory helps.',
      kind: 'lines',
      unit: 'percentunit',
      width: 12,
      queries: [{ expr: cacheHits(), legend: 'in memory' }],
    },
    {
      title: 'Redis',
      description: 'Commands a second, connections, and errors by their first word.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      queries: [
        { expr: sum(rate(redisCommands, '$__rate_interval', here)), legend: 'commands/s' },
        { expr: sum(value(redisClients, here)), legend: 'connections' },
        { expr: sum(increase(redisErrors, '5m', here), ['err']), legend: 'errors: {{err}}' },
      ],
      alerts: ['RedisRefusesWrites', 'RedisConnectionsRefused'],
    },
    {
      title: 'Redis memory usage',
      description: 'Memory in use, and the limit at which Redis refuses to write.',
      kind: 'lines',
      unit: 'bytes',
      width: 24,
      queries: [
        { expr: max(value(redisMemoryUsed, here)), legend: 'used' },
        { expr: max(value(redisMemoryMax, here)), legend: 'limit' },
      ],
      alerts: ['RedisMemoryHigh'],
    },
  ],
}

function cacheHits() {
  const hit = sum(rate(pgBlocksHit, '$__rate_interval', here))
  const read = sum(rate(pgBlocksRead, '$__rate_interval', here))
  return ratio(hit, { text: `${hit.text} + ${read.text}`, metrics: [...hit.metrics, ...read.metrics] })
}
