import { type Kysely, sql } from 'kysely'
import { foldForSearch, type Role, type UserRow, type UserStatus } from '#modules/users/index.ts'
import { lockRow } from '#platform/database/dialect.ts'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../../database.ts'

type Executor = Kysely<Database>

export interface UserFilter {
  readonly q?: string | undefined
  readonly role?: Role | undefined
  readonly status?: UserStatus | undefined
  /** Where the page before ended. */
  readonly after: Position | undefined
  readonly limit: number
}

/** Newest first; one row more than the page, which tells whether there is a next. */
export function selectUsers(db: Executor, { q, role, status, after, limit }: UserFilter): Promise<UserRow[]> {
  let query = db.selectFrom('user_account').selectAll()
  if (role !== undefined) query = query.where('role', '=', role)
  if (status !== undefined) query = query.where('status', '=', status)
  for (const word of wordsOf(q)) query = query.where(sql<boolean>`search_text like ${containing(word)} escape '\\'`)
  if (after) query = query.where(sql<boolean>`(created_at, id) < (${after[0]}, ${after[1]})`)
  return query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
}

/**
 * The ids of all active administrators, who stay so until the transaction ends. In the order of their ids: two
 * transactions that lock them wait for each other instead of deadlocking.
 */
export async function lockActiveAdministrators(tx: Executor): Promise<string[]> {
  const administrators = tx
    .selectFrom('user_account')
    .select('id')
    .where('role', '=', 'administrator')
    .where('status', '=', 'active')
    .orderBy('id')
  const rows = await lockRow(tx, administrators).execute()
  return rows.map(({ id }) => id)
}

function wordsOf(q = ''): string[] {
  return foldForSearch(q)
    .split(/\s+/)
    .filter((word) => word !== '')
}

/** A LIKE pattern in which nothing of `word` is a wildcard. */
function containing(word: string): string {
  return `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`
}
