import { Kysely } from 'kysely'
import { createAccessTokens } from '#modules/auth/index.ts'
import { dialectOf } from '#platform/database/dialect.ts'
import { openPostgres, postgresDialect } from '#platform/database/postgres.ts'
import { openSqlite, sqliteDialect } from '#platform/database/sqlite.ts'
import { openAdapters } from '../../src/adapters.ts'
import { createApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import type { Database } from '../../src/database.ts'
import type { BenchRequest } from '../load/requests.ts'
import type { Bindings } from '../scenarios.ts'

/** A value of a statement: as it was, or what takes its place when another request runs the same statement. */
export type Parameter =
  | string
  | number
  | boolean
  | null
  | { readonly bind: string }
  /** Made anew for each request, the same wherever the request uses it. */
  | { readonly fresh: 'uuid' | 'hash'; readonly name: string }

/** One call of the driver. */
export type Step =
  | { readonly control: 'begin' | 'commit' }
  | { readonly sql: string; readonly parameters: readonly Parameter[] }

export interface Recorded {
  readonly steps: readonly Step[]
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Recorder {
  /** The product's answer and the SQL it took. With `bindings`, its values are replaced by their names. */
  record(request: BenchRequest, bindings?: Bindings): Promise<Recorded>
  close(): Promise<void>
}

/**
 * The product in this process, on the same database, with an ear at its driver: what the limits run is what the
 * product runs, statement for statement, and stays so when the product changes.
 */
export async function createRecorder(settings: Record<string, string>): Promise<Recorder> {
  const config = loadConfig({ ...settings, LOG_LEVEL: 'silent' })
  let steps: Step[] = []
  let isOpen = false
  const hear = (kind: string) => {
    if (kind !== 'transaction') return
    steps.push({ control: isOpen ? 'commit' : 'begin' })
    isOpen = !isOpen
  }
  const dialect =
    dialectOf(config.DATABASE_URL) === 'sqlite'
      ? sqliteDialect(openSqlite(config.DATABASE_URL.slice('sqlite:'.length)), hear)
      : postgresDialect(
          openPostgres(
            { url: config.DATABASE_URL, poolSize: 2, acquireTimeoutSeconds: 5, statementTimeoutSeconds: 60 },
            () => {},
          ),
          hear,
        )
  const db = new Kysely<Database>({
    dialect,
    log: ({ query }) => void steps.push({ sql: query.sql, parameters: query.parameters as Parameter[] }),
  })
  const adapters = await openAdapters(config)
  const { server } = await createApp(config, { ...adapters, db })
  await server.ready()

  return {
    async record({ method, path, token, body }, bindings) {
      const send = () =>
        server.inject({
          method,
          url: path,
          headers: {
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { payload: body }),
        })
      steps = []
      const response = await send()
      const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
      return {
        steps: bindings ? steps.map((step) => generalise(step, bindings)) : steps,
        status: response.statusCode,
        headers,
        body: response.body,
      }
    },
    async close() {
      await server.close()
      await adapters.close()
      await db.destroy()
    },
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const SHA256 = /^[0-9a-f]{64}$/

function generalise(step: Step, bindings: Bindings): Step {
  if ('control' in step) return step
  const nameOf = new Map(Object.entries(bindings).map(([name, value]) => [value, name]))
  const parameters = step.parameters.map((value): Parameter => {
    if (typeof value !== 'string') return value
    const name = nameOf.get(value)
    if (name !== undefined) return { bind: name }
    if (UUID.test(value)) return { fresh: 'uuid', name: value }
    return SHA256.test(value) ? { fresh: 'hash', name: value } : value
  })
  return { sql: step.sql, parameters }
}

/** Signs access tokens as the product under test does; logging thousands of people in would take longer. */
export function tokenSigner(settings: Record<string, string>): (userId: string) => string {
  const { SECRET_KEY, ACCESS_TOKEN_MINUTES } = loadConfig(settings)
  const tokens = createAccessTokens({ secretKey: SECRET_KEY, minutes: ACCESS_TOKEN_MINUTES, now: () => new Date() })
  return (userId) => tokens.issueAccessToken({ userId, sessionId: userId, role: 'student', generation: 0 }).accessToken
}
