import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'

/** A table as it was copied: its columns in order, how many rows, and the SHA-256 of its text in order of its key. */
export interface CopiedTable {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: number
  readonly sha256: string
}

interface Table {
  readonly name: string
  readonly columns: readonly string[]
  readonly key: readonly string[]
}

export interface PostgresCopy {
  readonly tables: readonly CopiedTable[]
  /** What each question found, as of the same moment. */
  readonly answers: readonly (readonly string[])[]
}

/**
 * Copies every table as of one moment into `directory`, a file each, in PostgreSQL's COPY text format, and answers
 * `questions`: queries of one column called `value`.
 */
export async function exportPostgres(
  url: string,
  directory: string,
  questions: readonly string[] = [],
): Promise<PostgresCopy> {
  return await withClient(url, async (client) => {
    await client.query('begin isolation level repeatable read read only')
    const tables: CopiedTable[] = []
    for (const table of await readTables(client)) tables.push(await exportTable(client, table, directory))
    const answers: string[][] = []
    for (const question of questions) {
      const { rows } = await client.query<{ value: string }>(question)
      answers.push(rows.map(({ value }) => value))
    }
    await client.query('commit')
    return { tables, answers }
  })
}

export interface ImportOptions {
  /** Statements that make the schema as it was when the copy was made. */
  readonly schema: readonly string[]
  /** Drops everything that is in the database first, in the same transaction. */
  readonly replaces: boolean
}

/** Fills a database from what `exportPostgres` wrote, all in one transaction: afterwards it holds all of it, or what it did before. */
export async function importPostgres(
  url: string,
  directory: string,
  tables: readonly CopiedTable[],
  { schema, replaces }: ImportOptions,
): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('begin')
    if (replaces) await client.query('drop schema public cascade; create schema public')
    for (const statement of schema) await client.query(statement)
    for (const name of await inOrderOfReferences(client)) {
      const table = tables.find((one) => one.name === name)
      await empty(client, name)
      if (table) await importTable(client, table, directory)
    }
    await restartCounters(client)
    await client.query('commit')
  })
}

/** True when the database holds no table at all. */
export async function isEmptyPostgres(url: string): Promise<boolean> {
  return await withClient(url, async (client) => (await readTables(client)).length === 0)
}

/** How many others are connected to the database right now. */
export async function otherSessions(url: string): Promise<number> {
  return await withClient(url, async (client) => {
    const { rows } = await client.query<{ others: string }>(`
      select count(*) as others from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`)
    return Number(rows[0]?.others)
  })
}

/** Runs `work` on a new, empty database of the same server, and drops it again whatever happens. */
export async function withThrowAwayDatabase<T>(
  url: string,
  name: string,
  work: (url: string) => Promise<T>,
): Promise<T> {
  await withClient(url, (client) => client.query(`create database ${quoted(name)} template template0 encoding 'UTF8'`))
  const address = new URL(url)
  address.pathname = `/${name}`
  try {
    return await work(address.href)
  } finally {
    await withClient(url, (client) => client.query(`drop database if exists ${quoted(name)} with (force)`))
  }
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, options: '-c TimeZone=UTC -c DateStyle=ISO' })
  // A connection that breaks fails the query that waits on it; without a listener it would end the process, too.
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function readTables(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    select c.relname as name,
      array(select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
      array(select a.attname::text from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
        where i.indrelid = c.oid and i.indisprimary order by array_position(i.indkey::int2[], a.attnum)) as key
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' order by c.relname`)
  return rows
}

async function exportTable(client: pg.Client, { name, columns, key }: Table, directory: string): Promise<CopiedTable> {
  const order = key.length > 0 ? key : columns
  const selected = `select ${columns.map(quoted)} from ${quoted(name)} order by ${order.map(quoted)}`
  const copying = client.query(copyTo(`copy (${selected}) to stdout`))
  const hash = createHash('sha256')
  // Counted here: the server tells its own count only after the last row, and the stream has then already ended.
  let rows = 0
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      rows += countLines(chunk)
      done(null, chunk)
    },
  })
  await pipeline(copying, measured, createWriteStream(join(directory, name)))
  return { name, columns, rows, sha256: hash.digest('hex') }
}

/** Each row is a line; line breaks within values are escaped. Source: PostgreSQL documentation, COPY, “Text Format”. */
function countLines(chunk: Buffer): number {
  let lines = 0
  for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, at + 1)) lines++
  return lines
}

async function importTable(client: pg.Client, { name, columns, rows }: CopiedTable, directory: string): Promise<void> {
  const copying = client.query(copyFrom(`copy ${quoted(name)} (${columns.map(quoted)}) from stdin`))
  await pipeline(createReadStream(join(directory, name)), copying)
  if (copying.rowCount !== rows) throw new Error(`${name}: ${copying.rowCount} of ${rows} rows arrived`)
}

/** A migration may have put rows there that the copy holds as well. A table without rows may forbid even the attempt. */
async function empty(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query(`select 1 from ${quoted(name)} limit 1`)
  if (rows.length > 0) await client.query(`delete from ${quoted(name)}`)
}

/** A table after those that it refers to, so that every reference finds its row. */
async function inOrderOfReferences(client: pg.Client): Promise<string[]> {
  const { rows: references } = await client.query<{ table: string; target: string }>(`
    select distinct conrelid::regclass::text as table, confrelid::regclass::text as target
    from pg_constraint where contype = 'f' and conrelid <> confrelid`)
  const waiting = new Set((await readTables(client)).map(({ name }) => name))
  const ordered: string[] = []
  while (waiting.size > 0) {
    const ready = [...waiting].filter(
      (name) => !references.some(({ table, target }) => table === name && waiting.has(target)),
    )
    if (ready.length === 0) throw new Error(`The tables ${[...waiting].join(', ')} refer to each other in a circle`)
    for (const name of ready) waiting.delete(name)
    ordered.push(...ready)
  }
  return ordered
}

/** Numbers that the database gives out go on behind the highest that is there. */
async function restartCounters(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string }>(`
    select c.relname as table, a.attname as column from pg_attribute a join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and a.attidentity <> ''`)
  for (const { table, column } of rows) {
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), coalesce(max(${quoted(column)}), 0) + 1, false) from ${quoted(table)}`,
      [quoted(table), column],
    )
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
