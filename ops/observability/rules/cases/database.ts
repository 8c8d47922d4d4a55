import { poolWaiting, querySeconds } from '#platform/database/metrics.ts'
import { pgActivityCount, pgDeadlocks, pgLongestTransaction, pgMaxConnections, pgUp } from '../../exporters/postgres.ts'
import {
  redisErrors,
  redisLastAppendStatus,
  redisLastSaveStatus,
  redisMemoryMax,
  redisMemoryUsed,
  redisRejectedConnections,
  redisUp,
} from '../../exporters/redis.ts'
import { bucketOf, countOf } from '../../promql/index.ts'
import { type AlertCase, api, burst, rising, type Series, series, steady, target } from './case.ts'

const postgres = target('postgres')
const redis = target('redis')

function connections(active: number, idle: number): Series[] {
  const labels = { ...postgres, datname: 'lms', usename: 'lms' } as const
  return [
    series(pgActivityCount, { ...labels, state: 'active' }, steady(active)),
    series(pgActivityCount, { ...labels, state: 'idle' }, steady(idle)),
    series(pgMaxConnections, postgres, steady(100)),
  ]
}

/** Reading statements whose times are spread evenly from 0 to `limit` seconds. */
function reads(perStep: number, limit: '0.1' | '0.5'): Series[] {
  const labels = { ...api(), operation: 'select' } as const
  return [
    series(countOf(querySeconds), labels, rising(perStep)),
    series(bucketOf(querySeconds), { ...labels, le: '0.005' }, rising(0)),
    series(bucketOf(querySeconds), { ...labels, le: limit }, rising(perStep)),
    series(bucketOf(querySeconds), { ...labels, le: '+Inf' }, rising(perStep)),
  ]
}

/** The rest takes from a tenth to half a second. */
function readsNear(perStep: number, shareBelowTenth: number): Series[] {
  const labels = { ...api(), operation: 'select' } as const
  return [
    series(countOf(querySeconds), labels, rising(perStep)),
    series(bucketOf(querySeconds), { ...labels, le: '0.1' }, rising(perStep * shareBelowTenth)),
    series(bucketOf(querySeconds), { ...labels, le: '0.5' }, rising(perStep)),
    series(bucketOf(querySeconds), { ...labels, le: '+Inf' }, rising(perStep)),
  ]
}

export const databaseCases = {
  PostgresDown: {
    fires: { series: [series(pgUp, postgres, '1x4 0x400')], at: ['2m30s', '30m'], notYet: '1m15s' },
    // One scrape that failed.
    quiet: [{ series: [series(pgUp, postgres, '1x4 0 1x400')], at: ['75s', '90s', '2m30s'] }],
  },
  PostgresConnectionsHigh: {
    fires: { series: connections(30, 60), at: '20m', notYet: '4m' },
    quiet: [{ series: connections(20, 50), at: '20m' }],
  },
  PostgresTransactionLong: {
    fires: {
      series: [series(pgLongestTransaction, { ...postgres, datname: 'lms', state: 'active' }, '0+15x400')],
      at: '9m',
      notYet: '5m30s',
    },
    quiet: [
      {
        series: [series(pgLongestTransaction, { ...postgres, datname: 'lms', state: 'active' }, steady(250))],
        at: '9m',
      },
    ],
  },
  PostgresDeadlocks: {
    fires: { series: [series(pgDeadlocks, { ...postgres, datname: 'lms' }, burst(1, 7, 80))], at: '25m' },
    quiet: [{ series: [series(pgDeadlocks, { ...postgres, datname: 'lms' }, burst(1, 4, 80))], at: '25m' }],
  },
  PoolExhausted: {
    fires: { series: [series(poolWaiting, api(), '0x8 3x400')], at: '20m', notYet: '4m' },
    quiet: [{ series: [series(poolWaiting, api(), steady(1.5))], at: '20m' }],
  },
  QueriesSlow: {
    fires: { series: reads(12, '0.5'), at: '30m', notYet: '9m' },
    quiet: [
      { series: readsNear(12, 0.91), at: '30m' },
      { series: reads(6, '0.5'), at: '30m' },
    ],
  },
  RedisDown: {
    fires: { series: [series(redisUp, redis, '1x4 0x400')], at: ['2m30s', '30m'], notYet: '1m15s' },
    quiet: [{ series: [series(redisUp, redis, '1x4 0 1x400')], at: ['75s', '90s', '2m30s'] }],
  },
  RedisMemoryHigh: {
    fires: {
      series: [series(redisMemoryUsed, redis, '10x4 90x400'), series(redisMemoryMax, redis, steady(100))],
      at: '20m',
      notYet: '5m',
    },
    quiet: [
      { series: [series(redisMemoryUsed, redis, steady(70)), series(redisMemoryMax, redis, steady(100))], at: '20m' },
      { series: [series(redisMemoryUsed, redis, steady(70)), series(redisMemoryMax, redis, steady(0))], at: '20m' },
    ],
  },
  RedisRefusesWrites: {
    fires: { series: [series(redisErrors, { ...redis, err: 'OOM' }, '1x4 1+2x400')], at: '5m', notYet: '1m30s' },
    quiet: [
      { series: [series(redisErrors, { ...redis, err: 'OOM' }, steady(12))], at: '10m' },
      { series: [series(redisErrors, { ...redis, err: 'WRONGTYPE' }, rising(2))], at: '10m' },
    ],
  },
  RedisNotPersisted: {
    fires: {
      series: [series(redisLastSaveStatus, redis, '1x4 0x400'), series(redisLastAppendStatus, redis, steady(1))],
      at: '20m',
      notYet: '5m',
    },
    quiet: [
      {
        series: [series(redisLastSaveStatus, redis, steady(1)), series(redisLastAppendStatus, redis, steady(1))],
        at: '20m',
      },
    ],
  },
  RedisConnectionsRefused: {
    fires: { series: [series(redisRejectedConnections, redis, burst(1, 2))], at: '10m' },
    quiet: [{ series: [series(redisRejectedConnections, redis, steady(5))], at: '10m' }],
  },
} as const satisfies Record<string, AlertCase>
