import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createCertificates: SchemaMigration = {
  name: '0019-create-certificates',
  statements: ({ timestamp, json }) => [
    `create table certificate_setting (
      course_id text primary key
        constraint certificate_setting_course_id_fkey references course (id) on delete cascade,
      is_enabled boolean not null,
      heading text not null,
      body text not null,
      accent_color text not null,
      signatories ${json} not null,
      shows_grade boolean not null,
      minimum_percent bigint,
      language text not null,
      direction text not null
        constraint certificate_setting_direction_check check (direction in ('ltr', 'rtl')),
      updated_at ${timestamp} not null,
      version integer not null default 1
    )`,

    // Old keys stay: what they signed is verified with them. The private part is sealed.
    `create table certificate_key (
      id text primary key,
      generation integer not null constraint certificate_key_generation_key unique,
      public_x text not null,
      sealed_private_key text not null,
      created_at ${timestamp} not null
    )`,

    // A certificate says all by itself: it outlives its course, its enrollment and the account of its holder.
    `create table certificate (
      id text primary key,
      number text not null constraint certificate_number_key unique,
      enrollment_id text constraint certificate_enrollment_id_fkey references enrollment (id) on delete set null,
      issue integer not null,
      user_id text constraint certificate_user_id_fkey references user_account (id) on delete set null,
      course_id text constraint certificate_course_id_fkey references course (id) on delete set null,
      holder_name text not null,
      course_title text not null,
      grade text,
      content ${json} not null,
      credential text not null,
      key_id text not null constraint certificate_key_id_fkey references certificate_key (id),
      completed_at ${timestamp} not null,
      issued_at ${timestamp} not null,
      revoked_at ${timestamp},
      revoked_by text,
      revocation_reason text,
      replaced_by text constraint certificate_replaced_by_fkey references certificate (id),
      document_state text not null
        constraint certificate_document_state_check check (document_state in ('pending', 'ready', 'failed')),
      document_sha256 text,
      document_made_at ${timestamp},
      document_failure text,
      constraint certificate_enrollment_id_issue_key unique (enrollment_id, issue),
      constraint certificate_revoked_at_check check (revoked_at is not null or replaced_by is null)
    )`,
    // At most one is valid, whoever issues and replaces at the same time.
    `create unique index certificate_enrollment_id_key on certificate (enrollment_id) where revoked_at is null`,
    `create index certificate_user_id_idx on certificate (user_id, issued_at, id)`,
    `create index certificate_course_id_idx on certificate (course_id, issued_at, id)`,
    `create index certificate_replaced_by_idx on certificate (replaced_by)`,
  ],
}
