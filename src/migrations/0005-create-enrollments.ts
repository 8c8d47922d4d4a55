import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createEnrollments: SchemaMigration = {
  name: '0005-create-enrollments',
  statements: ({ timestamp }) => [
    `create table enrollment (
      id text primary key,
      course_id text not null constraint enrollment_course_id_fkey references course (id),
      user_id text not null constraint enrollment_user_id_fkey references user_account (id),
      status text not null constraint enrollment_status_check check (status in ('active', 'withdrawn', 'expired')),
      source text not null constraint enrollment_source_check check (source in ('self', 'staff', 'import')),
      enrolled_at ${timestamp} not null,
      expires_at ${timestamp},
      ended_at ${timestamp},
      version integer not null default 1,
      constraint enrollment_course_id_user_id_key unique (course_id, user_id)
    )`,
    `create index enrollment_user_id_idx on enrollment (user_id, enrolled_at, id)`,
    // The roster by status, its size for the capacity check, and the whole roster.
    `create index enrollment_course_id_status_idx on enrollment (course_id, status, enrolled_at, id)`,
    `create index enrollment_course_id_idx on enrollment (course_id, enrolled_at, id)`,
    `create index enrollment_expires_at_idx on enrollment (expires_at) where status = 'active'`,

    `create table enrollment_event (
      id text primary key,
      enrollment_id text not null constraint enrollment_event_enrollment_id_fkey references enrollment (id),
      event text not null constraint enrollment_event_event_check
        check (event in ('enrolled', 'withdrawn', 'expired', 'returned', 'extended', 'completed')),
      occurred_at ${timestamp} not null,
      actor_id text,
      expires_at ${timestamp}
    )`,
    `create index enrollment_event_enrollment_id_idx on enrollment_event (enrollment_id, id)`,

    `create table lesson_progress (
      enrollment_id text not null constraint lesson_progress_enrollment_id_fkey references enrollment (id),
      lesson_id text not null constraint lesson_progress_lesson_id_fkey references lesson (id),
      started_at ${timestamp} not null,
      completed_at ${timestamp},
      time_spent_seconds integer not null default 0,
      last_activity_at ${timestamp} not null,
      primary key (enrollment_id, lesson_id)
    )`,
    `create index lesson_progress_lesson_id_idx on lesson_progress (lesson_id)`,

    `create table course_progress (
      enrollment_id text primary key constraint course_progress_enrollment_id_fkey references enrollment (id),
      required_lessons integer not null,
      completed_lessons integer not null,
      percent integer not null constraint course_progress_percent_check check (percent between 0 and 100),
      time_spent_seconds integer not null default 0,
      last_activity_at ${timestamp},
      completed_at ${timestamp}
    )`,

    `create table heartbeat (
      user_id text primary key constraint heartbeat_user_id_fkey references user_account (id),
      beat_at ${timestamp} not null
    )`,

    `create table learning_day (
      user_id text not null constraint learning_day_user_id_fkey references user_account (id),
      day text not null,
      time_spent_seconds integer not null default 0,
      lessons_completed integer not null default 0,
      primary key (user_id, day)
    )`,
    `create index learning_day_day_idx on learning_day (day)`,
  ],
}
