import { selectUserById, toUser, type User, type UserRow, userNotFound } from '#modules/users/index.ts'
import { readTimeCursor, toPage } from '#platform/http/pagination.ts'
import type { AdminDeps } from '../deps.ts'
import { selectUsers } from './queries.ts'
import type { ListUsersQuery } from './schemas.ts'

export interface VersionedUser {
  readonly version: number
  readonly body: User
}

export function createPeopleReading({ db }: Pick<AdminDeps, 'db'>) {
  /** Newest first. */
  async function listUsers({ cursor, limit, ...filter }: ListUsersQuery) {
    const rows = await selectUsers(db, { ...filter, limit, after: readTimeCursor(cursor) })
    return toPage(rows, limit, toUser, ({ created_at, id }) => [created_at, id])
  }

  async function readUser(userId: string): Promise<VersionedUser> {
    const user = await selectUserById(db, userId)
    if (!user) throw userNotFound({ userId })
    return versioned(user)
  }

  return { listUsers, readUser }
}

export function versioned(user: UserRow): VersionedUser {
  return { version: user.version, body: toUser(user) }
}
