import { type Expression, type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely'

export const databaseDialects = ['sqlite', 'postgres'] as const
export type DatabaseDialect = (typeof databaseDialects)[number]

/** Which database `url` names; the scheme decides. */
export function dialectOf(url: string): DatabaseDialect {
  return url.startsWith('sqlite:') ? 'sqlite' : 'postgres'
}

/** Which database this handle speaks to. */
export function dialectOfDatabase<DB>(db: Kysely<DB>): DatabaseDialect {
  return db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'
}

/**
 * Locks the rows a decision depends on until the transaction ends. SQLite's write transactions are exclusive as a
 * whole, and know no `for update`.
 */
export function lockRow<DB, Q extends { forUpdate(): Q }>(tx: Kysely<DB>, query: Q): Q {
  return dialectOfDatabase(tx) === 'postgres' ? query.forUpdate() : query
}

/**
 * Keeps others from locking these rows with `lockRow`, but not from sharing or reading them. For work that will refer to
 * a row by a foreign key, which takes this lock anyway, but later than the order of locks allows.
 */
export function shareRow<DB, Q extends { forKeyShare(): Q }>(tx: Kysely<DB>, query: Q): Q {
  return dialectOfDatabase(tx) === 'postgres' ? query.forKeyShare() : query
}

/**
 * Lets only this transaction write the table until it ends, for rules that span its rows; others read on. Take it before
 * any row lock. SQLite has one writer at a time anyway.
 */
export async function lockTable<DB>(tx: Kysely<DB>, table: keyof DB & string): Promise<void> {
  if (dialectOfDatabase(tx) === 'postgres') {
    await sql`lock table ${sql.table(table)} in share row exclusive mode`.execute(tx)
  }
}

/** Like `lockRow`, for work that can leave for later what somebody else holds: it waits for nobody. */
export function lockFreeRows<DB, Q extends { forUpdate(): { skipLocked(): Q } }>(tx: Kysely<DB>, query: Q): Q {
  return dialectOfDatabase(tx) === 'postgres' ? query.forUpdate().skipLocked() : query
}

/** `expression` as the UTC calendar day it falls on, `YYYY-MM-DD`, on both databases. */
export function utcDay<DB>(db: Kysely<DB>, expression: Expression<string>): RawBuilder<string> {
  return dialectOfDatabase(db) === 'postgres'
    ? sql<string>`to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD')`
    : sql<string>`substr(${expression}, 1, 10)`
}
