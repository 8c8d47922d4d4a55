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

/** Waits for a connection that is being made: the first callers of a process may come before it stands. */
export async function untilReady(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return
  if (redis.status !== 'connecting' && redis.status !== 'connect') throw new Error(`Redis is away (${redis.status}).`)
  await new Promise<void>((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer)
      redis.off('ready', settle).off('close', settle)
      if (redis.status === 'ready') resolve()
      else reject(new Error(`Redis is away (${redis.status}).`))
    }
    const timer = setTimeout(settle, timeoutMs)
    redis.once('ready', settle).once('close', settle)
  })
}
