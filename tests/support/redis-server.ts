import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { findRedisServer } from './redis-binary.ts'
import { serverProcess } from './server-process.ts'

export interface RedisServer {
  /** Stays the same over `kill` and `start`. */
  url: string
  /** SIGKILL; what was written to disk stays. */
  kill(): Promise<void>
  /** Starts the server again after `kill`, on the same port and disk. */
  start(): Promise<void>
  /** Ends the server and removes its data. */
  stop(): Promise<void>
}

export interface RedisOptions {
  /** `always`: a write is on disk before it is acknowledged. Default `no`: a `kill` empties the server. */
  appendOnly?: 'no' | 'everysec' | 'always'
  /** More settings of redis.conf by name; they win over ours. */
  settings?: Record<string, string>
}

/** A new, empty Redis of its own on 127.0.0.1, which ends with this process at the latest. */
export async function startRedis({ appendOnly = 'no', settings = {} }: RedisOptions = {}): Promise<RedisServer> {
  const command = await findRedisServer()
  const port = await freePort()
  const directory = await mkdtemp(join(tmpdir(), 'lms-redis-data-'))
  const server = serverProcess({
    name: 'Redis',
    command,
    args: asArguments({ ...settingsFor(port, directory, appendOnly), ...settings }),
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    directory,
    answers: () => ping(port),
  })
  try {
    await server.start()
  } catch (error) {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
    throw error
  }
  return { url: `redis://127.0.0.1:${port}`, ...server }
}

function settingsFor(port: number, directory: string, appendOnly: 'no' | 'everysec' | 'always') {
  return {
    port: String(port),
    bind: '127.0.0.1',
    dir: directory,
    daemonize: 'no',
    save: '', // no snapshots: what survives a `kill` is decided by `appendOnly` alone
    appendonly: appendOnly === 'no' ? 'no' : 'yes',
    appendfsync: appendOnly,
    'maxmemory-policy': 'noeviction', // BullMQ loses jobs under any other
  }
}

const asArguments = (settings: Record<string, string>): string[] =>
  Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])

/** Resolves when Redis says PONG. While it still reads its files it says LOADING. */
function ping(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 2_000 }, () => socket.write('PING\r\n'))
    socket.once('timeout', () => socket.destroy(new Error('Redis did not answer PING within 2 s.')))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('Redis closed the connection.')))
    socket.once('data', (answer) => {
      if (answer.toString().startsWith('+PONG')) resolve()
      else reject(new Error(`Redis answered PING with ${answer.toString().trim()}`))
      socket.destroy()
    })
  })
}
