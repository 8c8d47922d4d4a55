import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createIdempotency: SchemaMigration = {
  name: '0007-create-idempotency',
  statements: ({ timestamp, json }) => [
    `create table idempotency_claim (
      id text primary key,
      fingerprint text not null,
      claim_token text not null,
      state text not null constraint idempotency_claim_state_check
        check (state in ('running', 'committed', 'answered')),
      leased_until ${timestamp} not null,
      expires_at ${timestamp} not null,
      response_status integer,
      response_headers ${json},
      response_body text
    )`,
    `create index idempotency_claim_expires_at_idx on idempotency_claim (expires_at)`,
  ],
}
