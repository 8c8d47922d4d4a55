import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createAnalytics: SchemaMigration = {
  name: '0010-create-analytics',
  statements: ({ timestamp }) => [
    // Sums instead of averages: whole numbers compare exactly, so a run without changes writes nothing.
    `create table course_statistics (
      course_id text primary key constraint course_statistics_course_id_fkey references course (id) on delete cascade,
      enrolled integer not null,
      active integer not null,
      withdrawn integer not null,
      expired integer not null,
      completed integer not null,
      percent_sum bigint not null,
      seconds_sum bigint not null,
      computed_at ${timestamp} not null
    )`,
  ],
}
