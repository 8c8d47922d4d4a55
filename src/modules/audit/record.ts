import type { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '../../database.ts'

/** Who did it and from where; a job or a command has no request. */
export interface Actor {
  readonly userId: string | null
  readonly network: string | null
  readonly requestId: string | null
}

export const system: Actor = { userId: null, network: null, requestId: null }

export interface AuditEntry {
  /** `subject.verb-in-the-past`, such as `user.role-changed`. */
  readonly action: `${string}.${string}`
  readonly subjectType: string
  readonly subjectId: string | null
  /** What changed; ids, old and new values. Never a password or a token. */
  readonly details?: Record<string, unknown>
}

/** Writes one line of the audit log in the caller's transaction: the change and its record exist together. */
export async function recordAudit(tx: Kysely<Database>, actor: Actor, entry: AuditEntry, now: Date): Promise<void> {
  await tx
    .insertInto('audit_event')
    .values({
      id: uuidv7(),
      occurred_at: now.toISOString(),
      actor_id: actor.userId,
      action: entry.action,
      subject_type: entry.subjectType,
      subject_id: entry.subjectId,
      network: actor.network,
      request_id: actor.requestId,
      details: JSON.stringify(entry.details ?? {}),
    })
    .execute()
}
