import type { SchemaMigration } from '#platform/database/migrate.ts'

export const extendIdentity: SchemaMigration = {
  name: '0006-extend-identity',
  statements: ({ timestamp }) => [
    `alter table user_account add column search_text text not null default ''`,
    // The best SQL can do for accounts from before; the product itself folds accents too when it writes.
    `update user_account set search_text = lower(full_name || ' ' || email)`,
    `alter table user_account add column totp_enabled_at ${timestamp}`,
    `alter table user_account add column token_generation integer not null default 0`,
    `alter table user_account add column tokens_revoked_at ${timestamp}`,
    `create index user_account_role_created_at_idx on user_account (role, created_at, id)`,
    `create index user_account_tokens_revoked_at_idx on user_account (tokens_revoked_at)
      where tokens_revoked_at is not null`,
    `create index session_ended_at_idx on session (ended_at) where ended_at is not null`,
    `create index refresh_token_issued_at_idx on refresh_token (issued_at)`,

    `create table one_time_token (
      id text primary key,
      purpose text not null constraint one_time_token_purpose_check
        check (purpose in ('verify-email', 'reset-password', 'invitation')),
      user_id text constraint one_time_token_user_id_fkey references user_account (id),
      token_hash text not null constraint one_time_token_token_hash_key unique,
      created_at ${timestamp} not null,
      expires_at ${timestamp} not null,
      used_at ${timestamp}
    )`,
    `create index one_time_token_user_id_idx on one_time_token (user_id, purpose)`,
    `create index one_time_token_expires_at_idx on one_time_token (expires_at)`,

    `create table totp_secret (
      user_id text primary key constraint totp_secret_user_id_fkey references user_account (id),
      encrypted_secret text not null,
      created_at ${timestamp} not null,
      confirmed_at ${timestamp},
      last_used_step integer
    )`,
    `create table recovery_code (
      code_hash text primary key,
      user_id text not null constraint recovery_code_user_id_fkey references user_account (id),
      created_at ${timestamp} not null,
      used_at ${timestamp}
    )`,
    `create index recovery_code_user_id_idx on recovery_code (user_id)`,

    `create table login_challenge (
      token_hash text primary key,
      user_id text not null constraint login_challenge_user_id_fkey references user_account (id),
      created_at ${timestamp} not null,
      expires_at ${timestamp} not null,
      guesses integer not null default 0,
      used_at ${timestamp}
    )`,
    `create index login_challenge_user_id_idx on login_challenge (user_id)`,
    `create index login_challenge_expires_at_idx on login_challenge (expires_at)`,

    // At most one row, ever: the first start makes it, the first administrator uses it.
    `create table setup_token (
      id integer primary key constraint setup_token_id_check check (id = 1),
      token_hash text not null,
      created_at ${timestamp} not null,
      used_at ${timestamp}
    )`,

    `create index audit_event_action_idx on audit_event (action, id)`,
    `create index audit_event_subject_id_idx on audit_event (subject_id, id)`,
  ],
}
