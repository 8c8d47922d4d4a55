import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createMaintenance: SchemaMigration = {
  name: '0023-create-maintenance',
  statements: ({ timestamp }) => [
    `create table maintenance (
      id text primary key constraint maintenance_id_check check (id = 'present'),
      message text not null,
      begun_at ${timestamp} not null,
      ends_at ${timestamp}
    )`,
  ],
}
