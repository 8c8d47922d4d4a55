import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createAccommodations: SchemaMigration = {
  name: '0016-create-accommodations',
  statements: ({ timestamp }) => [
    `create table accommodation (
      id text primary key,
      course_id text not null constraint accommodation_course_id_fkey references course (id),
      user_id text not null constraint accommodation_user_id_fkey references user_account (id),
      lesson_id text constraint accommodation_lesson_id_fkey references lesson (id),
      time_factor bigint constraint accommodation_time_factor_check check (time_factor >= 10000),
      extra_minutes integer not null constraint accommodation_extra_minutes_check check (extra_minutes >= 0),
      extra_days integer not null constraint accommodation_extra_days_check check (extra_days >= 0),
      opens text,
      due text,
      closes text,
      reason text not null,
      created_at ${timestamp} not null,
      updated_at ${timestamp} not null,
      updated_by text not null,
      version integer not null default 1,
      constraint accommodation_dates_check
        check (lesson_id is not null or (opens is null and due is null and closes is null))
    )`,
    // One for the course and one for each item; nulls are different from each other in a unique index.
    `create unique index accommodation_course_id_user_id_key on accommodation (course_id, user_id)
      where lesson_id is null`,
    `create unique index accommodation_user_id_lesson_id_key on accommodation (user_id, lesson_id)
      where lesson_id is not null`,
    `create index accommodation_course_id_idx on accommodation (course_id, id)`,
    `create index accommodation_lesson_id_idx on accommodation (lesson_id)`,
  ],
}
