import { Queue } from 'bullmq'
import { connectFailingFast, untilReady } from '#platform/ephemeral/redis-connection.ts'
import { type Notice, QUEUE, queuePrefix, toNotice } from './notice.ts'
import type { HandedOver } from './queries.ts'

/** The way from the relay to the workers. Every call fails at once, or within two seconds, while Redis is away. */
export interface JobQueue {
  /** Jobs in Redis that no worker has begun. */
  waitingCount(): Promise<number>
  add(jobs: readonly HandedOver[]): Promise<void>
  close(): Promise<void>
}

export interface QueueSettings {
  readonly redisUrl: string
  readonly redisPrefix: string
  /** Called at every failed attempt to connect. */
  readonly onConnectionError: (error: Error) => void
}

const COMMAND_TIMEOUT_MS = 2000
const EVENTS_KEPT = 1000

export function openJobQueue({ redisUrl, redisPrefix, onConnectionError }: QueueSettings): JobQueue {
  const redis = connectFailingFast(redisUrl, COMMAND_TIMEOUT_MS)
  const queue = new Queue<Notice>(QUEUE, {
    connection: redis,
    prefix: queuePrefix(redisPrefix),
    streams: { events: { maxLen: EVENTS_KEPT } },
    // Both would ask Redis once at the start, and give up for good if it is away then.
    skipVersionCheck: true,
    skipWaitingForReady: true,
  })
  queue.on('error', onConnectionError)

  return {
    async waitingCount() {
      await untilReady(redis, COMMAND_TIMEOUT_MS)
      return queue.getWaitingCount()
    },
    async add(jobs) {
      await queue.addBulk(jobs.map(toNotice))
    },
    async close() {
      await queue.close()
      redis.disconnect()
    },
  }
}
