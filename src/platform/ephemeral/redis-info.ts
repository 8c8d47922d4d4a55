import { connectFailingFast, untilReady } from './redis-connection.ts'

export interface RedisInfo {
  /** What `INFO` says, by its own names. */
  readonly info: Readonly<Record<string, string>>
  /** The rule of snapshots, empty when there are none; null where the server does not let us ask. */
  readonly save: string | null
}

/** What a Redis server says about itself. Rejects when it does not answer within `timeoutMs`. */
export async function readRedisInfo(url: string, timeoutMs: number): Promise<RedisInfo> {
  const redis = connectFailingFast(url, timeoutMs)
  let reason: unknown
  redis.on('error', (error) => {
    reason = error
  })
  try {
    await untilReady(redis, timeoutMs)
    const [text, save] = await Promise.all([redis.info(), redis.config('GET', 'save').catch(() => null)])
    return { info: parseInfo(text), save: Array.isArray(save) ? String(save[1] ?? '') : null }
  } catch (error) {
    throw reason ?? error
  } finally {
    redis.disconnect()
  }
}

function parseInfo(text: string): Record<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'))
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}
