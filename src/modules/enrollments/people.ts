import type { Kysely } from 'kysely'
import { normalizeEmail } from '#modules/users/index.ts'
import type { Database } from '../../database.ts'
import { selectPeople } from './queries.ts'
import type { Person } from './schemas.ts'

/** A student, or why the person cannot be enrolled. */
export type Found = { readonly userId: string } | 'unknown' | 'deactivated' | 'not-a-student'

/** Looks people up by id or mail address, all in one statement, in the order they were named. */
export async function findPeople(tx: Kysely<Database>, people: readonly Person[]): Promise<Found[]> {
  const ids = people.flatMap(({ userId }) => userId ?? [])
  const emails = people.flatMap(({ email }) => (email === undefined ? [] : normalizeEmail(email)))
  const rows = await selectPeople(tx, { ids, emails })
  const byKey = new Map(rows.flatMap((row) => [[row.id, row] as const, [row.email, row] as const]))
  return people.map(({ userId, email }) => {
    const row = byKey.get(userId ?? normalizeEmail(email ?? ''))
    if (!row) return 'unknown'
    if (row.status === 'deactivated') return 'deactivated'
    return row.role === 'student' ? { userId: row.id } : 'not-a-student'
  })
}
