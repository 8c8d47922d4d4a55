import { type Kysely, sql } from 'kysely'
import { dialectOfDatabase } from '#platform/database/dialect.ts'

/** Deadlocks that PostgreSQL had to break in this database; each costs a second and a transaction run again. */
export async function countDeadlocks<DB>(db: Kysely<DB>): Promise<number> {
  if (dialectOfDatabase(db) === 'sqlite') return 0
  const { rows } = await sql<{ deadlocks: number }>`
    select deadlocks from pg_stat_database where datname = current_database()`.execute(db)
  return rows[0]?.deadlocks ?? 0
}
