import pg from 'pg'
import { type ProductProcess, startProduct } from '#support/product-process.ts'
import { type Client, createClient, logIn } from './client.ts'

/** A way of running the product; every way must behave the same. */
export interface TargetKind {
  readonly name: string
  /** We start it ourselves, empty, and see what only its operator sees: see `Target.inside`. */
  readonly isOurs: boolean
  start(): Promise<Target>
}

/** A running product, seen from outside only. */
export interface Target {
  readonly url: string
  /** Signed in as an administrator. */
  administrator(): Promise<Client>
  /** Of a product that we have started ourselves. */
  readonly inside?: {
    /** As it was printed at the first start. */
    setupToken(): string
    /** Where mails and files land. */
    readonly dataDirectory: string
  }
  /** Ends what we have started; what already ran runs on. */
  stop(): Promise<void>
}

export const PASSWORD = 'a password that is long enough'

/** Different in every run, so that a product can be tested again and again. */
const runName = Date.now().toString(36)

/** An address that nobody has yet. */
export function newPerson(name: string, fullName: string) {
  return { email: `${name}-${runName}@example.org`, password: PASSWORD, fullName }
}

/** A title that no other course has, and the word that finds it. */
export function newTitle(subject: string): { title: string; word: string } {
  const word = `${subject.toLowerCase()}${runName}`
  return { title: `${subject} ${word}`, word }
}

/** As a newcomer runs it: SQLite, jobs in process, nothing configured. */
const embedded: TargetKind = {
  name: 'npm start',
  isOurs: true,
  start: async () => ours(await startProduct({ role: 'npm start', settings: {} })),
}

/** API and worker as processes of their own on PostgreSQL and Redis, as production runs them. */
const distributed: TargetKind = {
  name: 'serve and work on PostgreSQL and Redis',
  isOurs: true,
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
    return { ...ours(api), stop: () => stopAll([worker, api]) }
  },
}

/** Whatever answers at an address: a compose stack, a deployment. It keeps what the suite leaves, see `leaveTidy`. */
function running(url: string): TargetKind {
  return {
    name: url,
    isOurs: false,
    async start() {
      const { ACCEPTANCE_ADMIN_EMAIL: email, ACCEPTANCE_ADMIN_PASSWORD: password } = process.env
      if (!email || !password) {
        throw new Error(
          'ACCEPTANCE_ADMIN_EMAIL and ACCEPTANCE_ADMIN_PASSWORD must name an administrator of ACCEPTANCE_URL.',
        )
      }
      return { url, administrator: () => logIn(url, { email, password }), stop: async () => {} }
    },
  }
}

const address = process.env.ACCEPTANCE_URL?.replace(/\/+$/, '')

/** With ACCEPTANCE_URL what runs there, else every way in which we can start the product ourselves. */
export const targetKinds: readonly TargetKind[] = address ? [running(address)] : [embedded, distributed]

/** Closes the accounts and archives the course that the suite has made in a product which lives on. */
export async function leaveTidy(admin: Client, left: { courseId: string; emails: readonly string[] }): Promise<void> {
  await admin.expect(200, 'POST', `/courses/${left.courseId}/archive`)
  for (const email of left.emails) {
    const { items } = await admin.expect(200, 'GET', `/admin/users?q=${encodeURIComponent(email)}`)
    if (items[0]) await admin.expect(200, 'POST', `/admin/users/${items[0].id}/deactivate`)
  }
}

/** The first administrator is made with the printed setup token, unless a test has made him. */
function ours(product: ProductProcess): Target {
  const head = { email: 'head@example.org', password: PASSWORD, fullName: 'Head of School' }
  const setupToken = () => /setupToken":"([\w-]+)"/.exec(product.output())?.[1] ?? ''
  return {
    url: product.url,
    inside: { setupToken, dataDirectory: product.dataDirectory },
    async administrator() {
      await createClient(product.url).expect(201, 'POST', '/auth/setup', { setupToken: setupToken(), ...head })
      return logIn(product.url, head)
    },
    stop: product.stop,
  }
}

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
