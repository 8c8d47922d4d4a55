import pg from 'pg'
import { type ProductProcess, startProduct } from '#support/product-process.ts'

/** A way of running the product; every way must behave the same. */
export interface TargetKind {
  readonly name: string
  start(): Promise<Target>
}

/** A running product, seen from outside only. */
export interface Target {
  readonly url: string
  /** What it printed: among it, at the first start, the setup token. */
  output(): string
  /** Where mails land: no mail server is configured. */
  readonly dataDirectory: string
  stop(): Promise<void>
}

/** As a newcomer runs it: SQLite, jobs in process, nothing configured. */
const embedded: TargetKind = {
  name: 'npm start',
  start: () => startProduct({ role: 'npm start', settings: {} }),
}

/** API and worker as processes of their own on PostgreSQL and Redis, as production runs them. */
const distributed: TargetKind = {
  name: 'serve and work on PostgreSQL and Redis',
  async start() {
    const { TEST_DATABASE_URL, TEST_REDIS_URL } = process.env
    if (!TEST_DATABASE_URL || !TEST_REDIS_URL) {
      throw new Error('TEST_DATABASE_URL and TEST_REDIS_URL are not set: run this suite with `npm test`.')
    }
    const settings = {
      DATABASE_URL: await createDatabase(TEST_DATABASE_URL),
      REDIS_URL: TEST_REDIS_URL,
      REDIS_PREFIX: `acceptance-${process.pid}:`,
      SECRET_KEY: 'a-secret-key-for-acceptance-tests-0123456789',
      TASKS_FORCE_INLINE: 'false',
    }
    const api = await startProduct({ role: 'serve', settings })
    const worker = await startProduct({ role: 'work', settings: { ...settings, DATA_DIR: api.dataDirectory } })
    return { ...api, stop: () => stopAll([worker, api]) }
  },
}

export const targetKinds: readonly TargetKind[] = [embedded, distributed]

async function stopAll(processes: readonly ProductProcess[]): Promise<void> {
  for (const one of processes) await one.stop()
}

async function createDatabase(serverUrl: string): Promise<string> {
  const name = `acceptance_${process.pid}_${Date.now()}`
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
