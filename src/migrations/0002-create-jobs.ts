import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createJobs: SchemaMigration = {
  name: '0002-create-jobs',
  statements: ({ timestamp, json }) => [
    `create table job (
      id text primary key,
      name text not null,
      payload ${json} not null,
      state text not null default 'waiting' constraint job_state_check check (state in ('waiting', 'running', 'dead')),
      attempts integer not null default 0,
      enqueued_at ${timestamp} not null,
      run_at ${timestamp} not null,
      locked_until ${timestamp},
      last_error text
    )`,
    `create index job_state_run_at_idx on job (state, run_at)`,
  ],
}
