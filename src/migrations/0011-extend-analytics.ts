import type { SchemaMigration } from '#platform/database/migrate.ts'

export const extendAnalytics: SchemaMigration = {
  name: '0011-extend-analytics',
  statements: ({ timestamp }) => [
    `alter table course_statistics add column active_7_days integer not null default 0`,
    `alter table course_statistics add column active_30_days integer not null default 0`,
    `alter table course_statistics add column needs_attention integer not null default 0`,

    `create table course_day (
      course_id text not null constraint course_day_course_id_fkey references course (id) on delete cascade,
      day text not null,
      enrollments integer not null,
      completions integer not null,
      active_students integer not null,
      lessons_completed integer not null,
      primary key (course_id, day)
    )`,
    `create index course_day_day_idx on course_day (day)`,

    `create table lesson_statistics (
      lesson_id text primary key constraint lesson_statistics_lesson_id_fkey references lesson (id) on delete cascade,
      course_id text not null constraint lesson_statistics_course_id_fkey references course (id) on delete cascade,
      completed integer not null,
      in_progress integer not null,
      median_seconds integer,
      stopped_here integer not null
    )`,
    `create index lesson_statistics_course_id_idx on lesson_statistics (course_id)`,

    `create table system_day (
      day text primary key,
      enrollments integer not null,
      completions integer not null,
      active_students integer not null,
      lessons_completed integer not null
    )`,

    `create table system_statistics (
      id integer primary key constraint system_statistics_id_check check (id = 1),
      administrators integer not null,
      instructors integer not null,
      students integer not null,
      deactivated integer not null,
      active_7_days integer not null,
      active_30_days integer not null,
      draft_courses integer not null,
      published_courses integer not null,
      archived_courses integer not null,
      enrolled integer not null,
      active integer not null,
      completed integer not null,
      percent_sum bigint not null,
      counted_at ${timestamp} not null
    )`,

    // How the job finds what has changed since it last ran.
    `create index enrollment_event_occurred_at_idx on enrollment_event (occurred_at)`,
    `create index lesson_updated_at_idx on lesson (updated_at)`,
  ],
}
