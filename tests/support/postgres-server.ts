import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { freePort } from './free-port.ts'
import { findPostgresBinaries, type PostgresBinaries, reachableTmpdir } from './postgres-binaries.ts'
import { serverProcess } from './server-process.ts'

export interface PostgresServer {
  /** As superuser, to the database `postgres`. Stays the same over `kill` and `start`. */
  url: string
  /** SIGKILL to every process of the server, as a power cut would; the data stay. */
  kill(): Promise<void>
  /** Starts the server again after `kill`, on the same data and port. */
  start(): Promise<void>
  /** Ends the server (sessions are cut) and removes its data. */
  stop(): Promise<void>
}

export interface PostgresOptions {
  /**
   * A commit is on disk before it is acknowledged, as in production. Without it the server is quicker, and `kill`
   * may lose what was acknowledged in the last half second.
   */
  durable?: boolean
  /** More settings of postgresql.conf by name; they win over ours. */
  settings?: Record<string, string>
  /** The folder of its programs; default: the PostgreSQL that comes with the tests, or that of TEST_POSTGRES_BIN. */
  folder?: string
}

/** A new, empty PostgreSQL of its own on 127.0.0.1, which ends with this process at the latest. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const { durable = false, settings = {}, folder } = options
  const binaries = await findPostgresBinaries(folder)
  const directory = await mkdtemp(join(reachableTmpdir(binaries.user), 'lms-postgres-data-'))
  const password = randomBytes(12).toString('hex')
  try {
    if (binaries.user) await chown(directory, binaries.user.uid, binaries.user.gid)
    await createCluster(binaries, directory, password)
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    throw error
  }
  const port = await freePort()
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  const server = serverProcess({
    name: 'PostgreSQL',
    command: join(binaries.folder, 'postgres'),
    args: ['-D', join(directory, 'data'), ...asArguments({ ...settingsFor(port, durable), ...settings })],
    env: neutralEnvironment,
    directory,
    answers: () => connectOnce(url),
    ...(binaries.user && { user: binaries.user }),
  })
  try {
    await server.start()
  } catch (error) {
    await server.stop()
    throw error
  }
  return { url, ...server }
}

// The same server whatever the machine's language and time zone.
const neutralEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

function settingsFor(port: number, durable: boolean): Record<string, string> {
  const everywhere = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
  }
  return durable ? everywhere : { ...everywhere, fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
}

const asArguments = (settings: Record<string, string>): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])

async function createCluster({ folder, major, user }: PostgresBinaries, directory: string, password: string) {
  const passwordFile = join(directory, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (user) await chown(passwordFile, user.uid, user.gid)
  await promisify(execFile)(
    join(folder, 'initdb'),
    [
      `--pgdata=${join(directory, 'data')}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      // The collation built into 17 and newer is the same everywhere; before, the C library's comes nearest.
      ...(major >= 17
        ? ['--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
        : ['--locale=C.UTF-8']),
      '--no-sync',
      '--no-instructions',
    ],
    { cwd: directory, env: neutralEnvironment, ...user },
  )
  await rm(passwordFile)
}

async function connectOnce(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {}) // the connection may be cut after the answer; the query's own error is what counts
  try {
    await client.connect()
    await client.query('select 1')
  } finally {
    await client.end().catch(() => {})
  }
}
