import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { createPasswords } from '#modules/auth/index.ts'
import { insertUser, type Role } from '#modules/users/index.ts'
import type { QueryObserver } from '#platform/database/query-kind.ts'
import type { EphemeralStore } from '#platform/ephemeral/ephemeral-store.ts'
import { createMemoryStore } from '#platform/ephemeral/memory-store.ts'
import { createRedisStore } from '#platform/ephemeral/redis-store.ts'
import { type ErrorTracker, noErrorTracker } from '#platform/error-tracking/error-tracker.ts'
import { createLog } from '#platform/log/log.ts'
import { createMetrics, type Metrics } from '#platform/metrics/metrics.ts'
import { openStorage } from '../../src/adapters.ts'
import { type Adapters, type App, createApp } from '../../src/app.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import type { Database } from '../../src/database.ts'
import { createClock, type TestClock } from './clock.ts'
import { recordAnswers } from './contract-recorder.ts'
import { createJobDrain } from './job-drain.ts'
import { createKeptMail } from './kept-mail.ts'
import { createTestDatabase } from './test-database.ts'

/** The whole product on a real database of its own, with a clock that tests can move. */
export interface Harness {
  readonly app: App
  readonly db: Kysely<Database>
  readonly store: EphemeralStore
  readonly metrics: Metrics
  readonly clock: TestClock
  readonly log: LogLines
  /** Keeps what was sent in `sent`. */
  readonly mail: ReturnType<typeof createKeptMail>
  /** Where files are kept; removed with the test. */
  readonly dataDirectory: string
  /** Requests of a visitor without a token. */
  readonly visitor: ApiClient
  /** Requests with this access token, from this address (default: 127.0.0.1). */
  client(token: string | null, address?: string): ApiClient
  /**
   * Runs every due job, those they enqueue included, one after the other, until none is left; returns their names.
   * Throws when one fails, and leaves it waiting for its next attempt.
   */
  runJobs(): Promise<string[]>
  /** An account with a verified address, made without the API, and a client that is logged in as it. */
  signUp(role: Role, name?: string): Promise<Person>
  /** The same person with a new token, for after the clock was moved. */
  signIn(person: Person): Promise<Person>
}

export interface Person extends ApiClient {
  readonly userId: string
  readonly email: string
  readonly password: string
}

export interface LogLines {
  /** Everything logged so far, parsed. */
  lines(): Record<string, unknown>[]
  text(): string
}

type Payload = Exclude<InjectOptions['payload'], undefined>

/** Calls the API below /api/v1; a failed expectation shows the whole answer. */
export interface ApiClient {
  readonly token: string | null
  get(path: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  post(path: string, body?: Payload, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  put(path: string, body?: Payload, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  patch(path: string, body?: Payload, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  delete(path: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>
}

export interface HarnessOptions {
  /** Settings as environment variables. */
  readonly settings?: Record<string, string>
  /** Replaces the store, for tests of its failure, or of time: Redis does not know the test's clock. */
  readonly store?: EphemeralStore | ((clock: TestClock) => EphemeralStore)
  readonly errors?: ErrorTracker
  /** Replaces the disk below `dataDirectory`. */
  readonly openStorage?: Adapters['openStorage']
  /** Told of every statement, for tests that count them. */
  readonly observe?: QueryObserver
}

const REDIS_ANSWERS_WITHIN_MS = 15_000
const PASSWORD = 'correct horse battery staple'
const TEST_PASSWORD_COST = { memoryKib: 8, passes: 1 }
let passwordHash: Promise<string> | undefined

/** Builds the product for one test and takes it down with the test. */
export async function createHarness(t: TestContext, options: HarnessOptions = {}): Promise<Harness> {
  const database = await createTestDatabase(options.observe)
  const clock = createClock()
  const metrics = createMetrics()
  const logged: string[] = []
  const log = createLog({ level: 'debug', format: 'json' }, { write: (line: string) => void logged.push(line) })
  const store = typeof options.store === 'function' ? options.store(clock) : (options.store ?? createStore(clock))
  const mail = createKeptMail()
  const errors = options.errors ?? noErrorTracker
  const dataDirectory = await mkdtemp(join(tmpdir(), 'lms-harness-'))
  const config = testConfig({ DATA_DIR: dataDirectory, ...options.settings })
  const clearAway = async () => {
    await store.close()
    await database.drop()
    await rm(dataDirectory, { recursive: true, force: true })
  }
  const app = await createApp(config, {
    db: database.db,
    store,
    log,
    metrics,
    errors,
    mail,
    openStorage: options.openStorage ?? (() => openStorage(config)),
    now: clock.now,
    newId: uuidv7,
  }).catch(async (error) => {
    await clearAway()
    throw error
  })
  await app.server.ready()
  recordAnswers(app.server)
  afterAndForget(t, async () => {
    await app.server.close()
    await clearAway()
  })

  const client = (token: string | null, address?: string) => createClient(app, token, address)
  async function signIn({ userId, email, password }: Omit<Person, keyof ApiClient>): Promise<Person> {
    const login = await client(null).post('/auth/login', { email, password })
    return { ...client(login.json().accessToken), userId, email, password }
  }
  return {
    app,
    db: database.db,
    store,
    metrics,
    clock,
    mail,
    dataDirectory,
    log: { lines: () => logged.map((line) => JSON.parse(line)), text: () => logged.join('') },
    visitor: client(null),
    client,
    runJobs: createJobDrain({ ...app, db: database.db, log, errors, now: clock.now }),
    async signUp(role, name = 'Test Person') {
      const userId = uuidv7()
      const email = `${role}-${randomBytes(6).toString('hex')}@example.org`
      const at = clock.now().toISOString()
      passwordHash ??= createPasswords(TEST_PASSWORD_COST).hashPassword(PASSWORD)
      await insertUser(database.db, {
        id: userId,
        email,
        full_name: name,
        role,
        status: 'active',
        password_hash: await passwordHash,
        email_verified_at: at,
        created_at: at,
        updated_at: at,
        last_login_at: null,
      })
      return signIn({ userId, email, password: PASSWORD })
    },
    signIn,
  }
}

/** Like `t.after`, but node:test keeps every hook to the end of the process, and with a hook the whole product in it. */
function afterAndForget(t: TestContext, work: () => Promise<void>): void {
  let held: (() => Promise<void>) | undefined = work
  t.after(async () => {
    const once = held
    held = undefined
    await once?.()
  })
}

/** Students, one after the other: passwords are hashed a few at a time only. */
export async function signUpMany(harness: Harness, count: number): Promise<Person[]> {
  const people: Person[] = []
  while (people.length < count) people.push(await harness.signUp('student'))
  return people
}

/** The texts of the mails that were sent to this person. */
export function mailsTo({ mail }: Harness, { email }: Person): string[] {
  return mail.sent.filter(({ to }) => to === email).map(({ text }) => text)
}

/** The settings of tests: the cheapest password hash there is, and no limit on requests. */
export function testConfig(settings: Record<string, string> = {}): Config {
  return loadConfig({
    SECRET_KEY: 'a-secret-key-for-tests-only-0123456789abcdef',
    PASSWORD_HASH_MEMORY_KIB: String(TEST_PASSWORD_COST.memoryKib),
    PASSWORD_HASH_PASSES: String(TEST_PASSWORD_COST.passes),
    RATE_LIMIT_PER_MINUTE: '0',
    ...settings,
  })
}

function createStore(clock: TestClock): EphemeralStore {
  const url = process.env.TEST_REDIS_URL
  return url
    ? // On a busy machine an answer may take longer than the product waits.
      createRedisStore(url, `test:${randomBytes(6).toString('hex')}:`, () => {}, REDIS_ANSWERS_WITHIN_MS)
    : createMemoryStore(() => clock.now().getTime())
}

function createClient({ server }: App, token: string | null, remoteAddress = '127.0.0.1'): ApiClient {
  const call =
    (method: 'POST' | 'PUT' | 'PATCH') =>
    (path: string, body?: Payload, headers: Record<string, string> = {}) =>
      server.inject({
        method,
        remoteAddress,
        url: `/api/v1${path}`,
        headers: { ...authorization, ...headers },
        ...(body !== undefined && { payload: body }),
      })
  const authorization = token ? { authorization: `Bearer ${token}` } : {}
  return {
    token,
    get: (path, headers = {}) =>
      server.inject({
        method: 'GET',
        remoteAddress,
        url: `/api/v1${path}`,
        headers: { ...authorization, ...headers },
      }),
    delete: (path, headers = {}) =>
      server.inject({
        method: 'DELETE',
        remoteAddress,
        url: `/api/v1${path}`,
        headers: { ...authorization, ...headers },
      }),
    post: call('POST'),
    put: call('PUT'),
    patch: call('PATCH'),
  }
}
