import { selectAuditEvents } from '#modules/audit/index.ts'
import { readCursor, toPage } from '#platform/http/pagination.ts'
import type { AdminDeps } from '../deps.ts'
import type { AuditEvent, ListAuditEventsQuery } from './schemas.ts'

export function createAuditLog({ db }: Pick<AdminDeps, 'db'>) {
  /** Newest first. */
  async function listAuditEvents({ cursor, limit, ...filter }: ListAuditEventsQuery) {
    const before = readCursor(cursor, 1)?.[0]?.toString()
    const rows = await selectAuditEvents(db, { ...filter, before, limit: limit + 1 })
    return toPage(rows, limit, toAuditEvent, ({ id }) => [id])
  }

  return { listAuditEvents }
}

function toAuditEvent(row: Awaited<ReturnType<typeof selectAuditEvents>>[number]): AuditEvent {
  return {
    id: row.id,
    occurredAt: row.occurred_at,
    actorId: row.actor_id,
    action: row.action,
    subjectType: row.subject_type,
    subjectId: row.subject_id,
    network: row.network,
    requestId: row.request_id,
    details: row.details,
  }
}
