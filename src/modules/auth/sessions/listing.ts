import { type PageRequest, readCursor, toPage } from '#platform/http/pagination.ts'
import type { Principal } from '../access-token.ts'
import type { AuthDeps } from '../deps.ts'
import { type SessionRow, selectLiveSessions } from './queries.ts'
import type { Session } from './schemas.ts'

export function createSessionListing({ db, now }: Pick<AuthDeps, 'db' | 'now'>) {
  /** The account's sessions that can still be used, newest first. */
  async function listSessions({ userId, sessionId }: Principal, { limit, cursor }: PageRequest) {
    const before = readCursor(cursor, 1)?.[0]?.toString()
    const rows = await selectLiveSessions(db, { userId, at: now().toISOString(), before, limit })
    const toItem = (row: SessionRow) => toSession(row, sessionId)
    return toPage(rows, limit, toItem, (row) => [row.id])
  }

  return { listSessions }
}

function toSession(row: SessionRow, currentId: string): Session {
  return {
    id: row.id,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    network: row.network,
    userAgent: row.user_agent,
    isCurrent: row.id === currentId,
  }
}
