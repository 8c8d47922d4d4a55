import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createIdentity: SchemaMigration = {
  name: '0001-create-identity',
  statements: ({ timestamp }) => [
    `create table user_account (
      id text primary key,
      email text not null constraint user_account_email_key unique,
      full_name text not null,
      role text not null constraint user_account_role_check check (role in ('administrator', 'instructor', 'student')),
      status text not null constraint user_account_status_check check (status in ('invited', 'active', 'deactivated')),
      password_hash text,
      email_verified_at ${timestamp},
      created_at ${timestamp} not null,
      updated_at ${timestamp} not null,
      last_login_at ${timestamp},
      version integer not null default 1
    )`,
    `create index user_account_role_idx on user_account (role, status)`,
    `create index user_account_created_at_idx on user_account (created_at, id)`,

    `create table session (
      id text primary key,
      user_id text not null constraint session_user_id_fkey references user_account (id),
      created_at ${timestamp} not null,
      last_used_at ${timestamp} not null,
      expires_at ${timestamp} not null,
      network text not null,
      user_agent text not null,
      ended_at ${timestamp},
      end_reason text
    )`,
    `create index session_user_id_idx on session (user_id, ended_at)`,
    `create index session_expires_at_idx on session (expires_at)`,

    `create table refresh_token (
      token_hash text primary key,
      session_id text not null constraint refresh_token_session_id_fkey references session (id) on delete cascade,
      issued_at ${timestamp} not null,
      used_at ${timestamp}
    )`,
    `create index refresh_token_session_id_idx on refresh_token (session_id)`,
  ],
}
