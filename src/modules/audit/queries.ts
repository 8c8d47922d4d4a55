import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../../database.ts'
import type { AuditDatabase } from './tables.ts'

export type AuditEventRow = Selectable<AuditDatabase['audit_event']>

export interface AuditFilter {
  readonly actorId?: string | undefined
  readonly subjectId?: string | undefined
  readonly action?: string | undefined
  /** Only events older than the one of this id. */
  readonly before?: string | undefined
  readonly limit: number
}

/** Newest first: ids grow with time. */
export function selectAuditEvents(
  db: Kysely<Database>,
  { actorId, subjectId, action, before, limit }: AuditFilter,
): Promise<AuditEventRow[]> {
  let query = db.selectFrom('audit_event').selectAll()
  if (actorId !== undefined) query = query.where('actor_id', '=', actorId)
  if (subjectId !== undefined) query = query.where('subject_id', '=', subjectId)
  if (action !== undefined) query = query.where('action', '=', action)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}
