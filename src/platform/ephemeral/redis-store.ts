import type { Redis } from 'ioredis'
import { type EphemeralStore, StoreUnavailable } from './ephemeral-store.ts'
import { connectFailingFast, untilReady } from './redis-connection.ts'

const COMMAND_TIMEOUT_MS = 1000

// One script: a counter without its expiry would count for ever if the process died between two commands.
const INCREMENT = `
local value = redis.call('INCRBY', KEYS[1], ARGV[1])
local ttl = redis.call('TTL', KEYS[1])
if ttl < 0 then redis.call('EXPIRE', KEYS[1], ARGV[2]); ttl = tonumber(ARGV[2]) end
return {value, ttl}`

interface ScriptedRedis {
  boundedIncrement(key: string, by: number, ttlSeconds: number): Promise<[number, number]>
}

/**
 * The production adapter. Commands of one turn of the event loop share a round trip; when Redis is away they fail at
 * once or within `commandTimeoutMs` (a second), and the connection comes back by itself.
 */
export function createRedisStore(
  url: string,
  prefix: string,
  onConnectionError: (error: Error) => void,
  commandTimeoutMs = COMMAND_TIMEOUT_MS,
): EphemeralStore {
  const redis = connectFailingFast(url, commandTimeoutMs, prefix) as Redis & ScriptedRedis
  redis.defineCommand('boundedIncrement', { numberOfKeys: 1, lua: INCREMENT })
  redis.on('error', onConnectionError)

  async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
    try {
      await untilReady(redis, commandTimeoutMs)
      return await work()
    } catch (error) {
      throw error instanceof StoreUnavailable ? error : new StoreUnavailable(error)
    }
  }

  return {
    getMany: (keys) => orUnavailable(() => redis.mget(...keys)),
    set: (key, value, ttlSeconds) => orUnavailable(async () => void (await redis.set(key, value, 'EX', ttlSeconds))),
    setIfAbsent: (key, value, ttlSeconds) =>
      orUnavailable(async () => (await redis.set(key, value, 'EX', ttlSeconds, 'NX')) === 'OK'),
    delete: (key) => orUnavailable(async () => void (await redis.del(key))),
    increment: (key, by, ttlSeconds) =>
      orUnavailable(async () => {
        const [value, ttl] = await redis.boundedIncrement(key, by, ttlSeconds)
        return { value, ttlSeconds: ttl }
      }),
    check: () => orUnavailable(async () => void (await redis.ping())),
    close: async () => redis.disconnect(),
  }
}
