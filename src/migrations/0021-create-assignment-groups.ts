import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createAssignmentGroups: SchemaMigration = {
  name: '0021-create-assignment-groups',
  statements: () => [
    `create table assignment_group (
      id text primary key,
      lesson_id text not null constraint assignment_group_lesson_id_fkey
        references assignment (lesson_id) on delete cascade,
      title text not null
    )`,
    `create index assignment_group_lesson_id_idx on assignment_group (lesson_id)`,
    `create table assignment_group_member (
      group_id text not null constraint assignment_group_member_group_id_fkey
        references assignment_group (id) on delete cascade,
      lesson_id text not null,
      enrollment_id text not null constraint assignment_group_member_enrollment_id_fkey references enrollment (id),
      primary key (group_id, enrollment_id),
      constraint assignment_group_member_lesson_id_enrollment_id_key unique (lesson_id, enrollment_id)
    )`,
    `create index assignment_group_member_enrollment_id_idx on assignment_group_member (enrollment_id)`,
    // What a group handed in stays together when the groups are made anew.
    `alter table submission add column group_id text`,
    `create index submission_group_id_idx on submission (group_id) where group_id is not null`,
  ],
}
