import { randomBytes } from 'node:crypto'
import { type Dialect, type Driver, Kysely, sql } from 'kysely'
import type pg from 'pg'
import { migrate } from '#platform/database/migrate.ts'
import { openPostgres, postgresDialect } from '#platform/database/postgres.ts'
import type { QueryObserver } from '#platform/database/query-kind.ts'
import type { Database } from '../../src/database.ts'
import { migrations } from '../../src/migrations/index.ts'
import { administer, createEmptyPostgres, databaseUrl, dropPostgres } from './postgres-database.ts'

/** A migrated PostgreSQL database with open connections, which tests have one after the other, each of them empty. */
export interface KeptDatabase {
  readonly url: string
  /** What the test in whose hands it is watches its statements with. */
  observe: QueryObserver | undefined
  readonly dialect: Dialect
  /** Takes it back, empty; a database of which that is not certain is dropped. */
  giveBack(options: { asNew: boolean }): Promise<void>
}

/** So that what was deleted does not pile up. */
const USES_MAX = 100

const idle: KeptDatabase[] = []

/** One that nobody uses now, or a new copy of the template: a copy and warm connections cost more than most tests. */
export async function takeDatabase(serverUrl: string): Promise<KeptDatabase> {
  return idle.pop() ?? (await createDatabase(serverUrl))
}

async function createDatabase(serverUrl: string): Promise<KeptDatabase> {
  const template = await templateOf(serverUrl)
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(serverUrl, `create database ${name} template ${template.name}`)
  const url = databaseUrl(serverUrl, name)
  const pool = openPool(url)
  // The process may end with connections open that nobody uses.
  pool.options.allowExitOnIdle = true
  const dialect = postgresDialect(pool, (kind, seconds) => kept.observe?.(kind, seconds))
  const driver = dialect.createDriver()
  let uses = 0
  const kept: KeptDatabase = {
    url,
    observe: undefined,
    dialect: { ...dialect, createDriver: () => withoutEnd(driver) },
    async giveBack({ asNew }) {
      kept.observe = undefined
      const isBusy = pool.idleCount < pool.totalCount || pool.waitingCount > 0
      uses++
      if (asNew && template.canEmpty && !isBusy && uses < USES_MAX && (await isEmptied(pool))) {
        idle.push(kept)
        return
      }
      await pool.end()
      await dropPostgres(serverUrl, name)
    },
  }
  return kept
}

function openPool(url: string): pg.Pool {
  return openPostgres({ url, poolSize: 10, acquireTimeoutSeconds: 20, statementTimeoutSeconds: 20 }, () => {})
}

/** For several Kyselys, one after the other. */
function withoutEnd(driver: Driver): Driver {
  return {
    init: () => driver.init(),
    acquireConnection: () => driver.acquireConnection(),
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    releaseConnection: (connection) => driver.releaseConnection(connection),
    destroy: async () => {},
  }
}

/** False when more than rows was changed, or when something still holds a lock. */
async function isEmptied(pool: pg.Pool): Promise<boolean> {
  try {
    const { rows } = await pool.query<{ done: boolean }>('select test_support.empty_tables() as done')
    return rows[0]?.done === true
  } catch {
    return false
  }
}

interface Template {
  readonly name: string
  /** Only a superuser may delete what triggers protect. */
  readonly canEmpty: boolean
}

let template: Promise<Template> | undefined

function templateOf(serverUrl: string): Promise<Template> {
  template ??= makeTemplate(serverUrl)
  return template
}

async function makeTemplate(serverUrl: string): Promise<Template> {
  const { name, url } = await createEmptyPostgres(serverUrl, 'template')
  const db = new Kysely<Database>({ dialect: postgresDialect(openPool(url)) })
  try {
    await migrate(db, migrations)
    const { rows } = await sql<{ rolsuper: boolean }>`
      select rolsuper from pg_roles where rolname = current_user`.execute(db)
    const canEmpty = rows[0]?.rolsuper === true
    if (canEmpty) await addEmptying(db)
    return { name, canEmpty }
  } finally {
    await db.destroy()
  }
}

/** Adds the function that empties a copy; it refuses, with false, when a test has changed the schema or migrations. */
async function addEmptying(db: Kysely<Database>): Promise<void> {
  const tables = await sql<{ name: string }>`
    select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`.execute(db)
  const steps: string[] = []
  for (const { name } of tables.rows) {
    const content = `(select coalesce(md5(string_agg(one::text, chr(10) order by one::text)), '') from public.${name} one)`
    const { rows } = await sql.raw<{ content: string }>(`select ${content} as content`).execute(db)
    const known = rows[0]?.content ?? ''
    steps.push(
      known === ''
        ? `if exists (select from public.${name}) then delete from public.${name}; end if;`
        : `if ${content} <> '${known}' then return false; end if;`,
    )
  }
  await sql.raw(emptyingStatements(steps)).execute(db)
}

// As a replica the server runs no triggers: neither those of foreign keys nor those that keep what is append-only.
const emptyingStatements = (steps: readonly string[]): string => `
  create schema test_support;
  create table test_support.schema_change (command text);
  create function test_support.note_change() returns event_trigger language plpgsql as
    $$ begin insert into test_support.schema_change values (tg_tag); end $$;
  create function test_support.empty_tables() returns boolean language plpgsql
    set session_replication_role = replica set lock_timeout = '1s' as $$
    begin
      if exists (select from test_support.schema_change) then return false; end if;
      ${steps.join('\n      ')}
      return true;
    end $$;
  create event trigger note_change on ddl_command_end execute function test_support.note_change();
`
