import { type Kysely, sql } from 'kysely'
import type { Database } from '../../database.ts'

export interface PostgresFacts {
  /** As `server_version_num`: 180001 is 18.1. */
  readonly versionNumber: number
  readonly version: string
  readonly encoding: string
  readonly timeZone: string
  readonly connections: number
  /** Connections that this account can have: what is reserved for administrators is taken off. */
  readonly maxConnections: number
  readonly isReadOnly: boolean
  readonly isSuperuser: boolean
  /** Null on a socket of the same machine, where nothing passes a network. */
  readonly isEncrypted: boolean | null
  /** The settings that let acknowledged writes be lost, by name, of those that are off. */
  readonly unsafeSettings: readonly string[]
  readonly longestTransactionSeconds: number
  /** Transactions until PostgreSQL must stop to avoid a wraparound are 2 thousand million less this. */
  readonly transactionAge: number
  /** Null when the cluster has no checksums. */
  readonly checksumFailures: number | null
  readonly sizeBytes: number
  readonly invalidIndexes: readonly string[]
  readonly unvalidatedConstraints: readonly string[]
}

export async function readPostgres(db: Kysely<Database>): Promise<PostgresFacts> {
  const { rows } = await sql<Omit<PostgresFacts, 'invalidIndexes' | 'unvalidatedConstraints'>>`
    select current_setting('server_version_num')::int as "versionNumber",
      current_setting('server_version') as version,
      pg_encoding_to_char(d.encoding) as encoding,
      current_setting('TimeZone') as "timeZone",
      (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        as "maxConnections",
      pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as "isReadOnly",
      current_setting('is_superuser') = 'on' as "isSuperuser",
      case when inet_server_addr() is null then null else
        (select ssl from pg_stat_ssl where pid = pg_backend_pid()) end as "isEncrypted",
      array(select s.name::text from pg_settings s where s.setting = 'off'
        and s.name in ('fsync', 'full_page_writes', 'synchronous_commit') order by 1) as "unsafeSettings",
      coalesce((select extract(epoch from max(clock_timestamp() - a.xact_start))::float8 from pg_stat_activity a
        where a.datname = current_database() and a.pid <> pg_backend_pid()), 0) as "longestTransactionSeconds",
      age(d.datfrozenxid)::int as "transactionAge",
      case when current_setting('data_checksums') = 'on' then
        (select coalesce(st.checksum_failures, 0)::int from pg_stat_database st where st.datname = d.datname) end
        as "checksumFailures",
      pg_database_size(d.oid)::float8 as "sizeBytes"
    from pg_database d where d.datname = current_database()`.execute(db)
  const [facts] = rows
  if (!facts) throw new Error('the database does not know itself')
  return {
    ...facts,
    invalidIndexes: await selectNames(
      db,
      sql`select indexrelid::regclass::text as name from pg_index
      where not indisvalid`,
    ),
    unvalidatedConstraints: await selectNames(
      db,
      sql`select conname::text as name from pg_constraint
      where not convalidated`,
    ),
  }
}

async function selectNames(db: Kysely<Database>, query: ReturnType<typeof sql>): Promise<string[]> {
  const { rows } = await query.execute(db)
  return (rows as { name: string }[]).map(({ name }) => name)
}
