import type { JSONColumnType } from 'kysely'

export interface AuditDatabase {
  audit_event: {
    id: string
    occurred_at: string
    actor_id: string | null
    action: string
    subject_type: string
    subject_id: string | null
    network: string | null
    request_id: string | null
    details: JSONColumnType<Record<string, unknown>>
  }
}
