import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createFiles: SchemaMigration = {
  name: '0009-create-files',
  statements: ({ timestamp }) => [
    // A file outlives its course: it then belongs to its owner alone.
    `create table stored_file (
      id text primary key,
      owner_id text not null constraint stored_file_owner_id_fkey references user_account (id),
      course_id text constraint stored_file_course_id_fkey references course (id) on delete set null,
      name text not null,
      media_type text not null,
      size_bytes bigint not null constraint stored_file_size_bytes_check check (size_bytes > 0),
      sha256 text not null,
      storage_key text not null constraint stored_file_storage_key_key unique,
      created_at ${timestamp} not null,
      deleted_at ${timestamp}
    )`,
    `create index stored_file_owner_id_idx on stored_file (owner_id, created_at, id) where deleted_at is null`,
    `create index stored_file_course_id_idx on stored_file (course_id)`,
  ],
}
