import { Redis } from 'ioredis'

const CONNECT_TIMEOUT_MS = 2000
const retryStrategy = (attempt: number) => Math.min(attempt * 50, 1000)

/** A connection whose commands fail at once, or after `commandTimeoutMs`, while Redis is away; it comes back by itself. */
export function connectFailingFast(url: string, commandTimeoutMs: number, keyPrefix = ''): Redis {
  return new Redis(url, {
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keyPrefix,
    retryStrategy,
  })
}

/** A connection whose commands wait, for as long as it takes, until Redis is back: what a blocking reader needs. */
export function connectWaiting(url: string): Redis {
  return new Redis(url, { maxRetriesPerRequest: null, connectTimeout: CONNECT_TIMEOUT_MS, retryStrategy })
}
