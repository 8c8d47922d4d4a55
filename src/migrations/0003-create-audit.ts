import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createAudit: SchemaMigration = {
  name: '0003-create-audit',
  statements: ({ timestamp, json }, dialect) => [
    `create table audit_event (
      id text primary key,
      occurred_at ${timestamp} not null,
      actor_id text,
      action text not null,
      subject_type text not null,
      subject_id text,
      network text,
      request_id text,
      details ${json} not null
    )`,
    `create index audit_event_subject_idx on audit_event (subject_type, subject_id, id)`,
    `create index audit_event_actor_idx on audit_event (actor_id, id)`,
    ...appendOnly[dialect],
  ],
}

// Not even a mistake in our own code can rewrite history; only a new migration could.
const appendOnly = {
  sqlite: ['update', 'delete'].map(
    (change) => `create trigger audit_event_no_${change} before ${change} on audit_event
      begin select raise(abort, 'the audit log is append-only'); end`,
  ),
  postgres: [
    `create function refuse_audit_change() returns trigger language plpgsql as
      $$ begin raise exception 'the audit log is append-only'; end $$`,
    `create trigger audit_event_append_only before update or delete or truncate on audit_event
      for each statement execute function refuse_audit_change()`,
  ],
}
