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
      claims integer not null default 0,
      enqueued_at ${timestamp} not null,
      run_at ${timestamp} not null,
      available_at ${timestamp},
      died_at ${timestamp},
      last_error text,
      constraint job_available_at_check check ((state = 'dead') = (available_at is null))
    )`,
    `create index job_available_at_idx on job (available_at, id)`,
    `create index job_name_idx on job (name, state, run_at)`,

    `create table recurring_job (
      name text primary key,
      next_run_at ${timestamp} not null
    )`,
  ],
}
