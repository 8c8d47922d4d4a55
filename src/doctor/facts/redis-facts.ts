import { readRedisInfo } from '#platform/ephemeral/redis-info.ts'

export interface RedisFacts {
  readonly version: string
  readonly role: string
  readonly evictionPolicy: string
  readonly usedBytes: number
  /** 0: no limit. */
  readonly maxBytes: number
  readonly clients: number
  readonly maxClients: number
  readonly hasAppendOnlyFile: boolean
  /** Whether snapshots are taken; null where the server does not tell. */
  readonly hasSnapshots: boolean | null
  readonly lastSnapshot: string
  readonly lastAppend: string
  readonly isLoading: boolean
}

/** Asks the server about itself. Rejects when it does not answer in time. */
export async function readRedis(url: string, timeoutMs: number): Promise<RedisFacts> {
  const { info, save } = await readRedisInfo(url, timeoutMs)
  return {
    version: info.redis_version ?? '0',
    role: info.role ?? 'unknown',
    evictionPolicy: info.maxmemory_policy ?? 'unknown',
    usedBytes: Number(info.used_memory ?? 0),
    maxBytes: Number(info.maxmemory ?? 0),
    clients: Number(info.connected_clients ?? 0),
    maxClients: Number(info.maxclients ?? 0),
    hasAppendOnlyFile: info.aof_enabled === '1',
    hasSnapshots: save === null ? null : save !== '',
    lastSnapshot: info.rdb_last_bgsave_status ?? 'unknown',
    lastAppend: info.aof_last_write_status ?? 'unknown',
    isLoading: info.loading === '1',
  }
}
