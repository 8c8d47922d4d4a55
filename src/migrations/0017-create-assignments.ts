import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createAssignments: SchemaMigration = {
  name: '0017-create-assignments',
  statements: ({ timestamp, json }) => [
    `alter table stored_file add column is_confidential boolean not null default false`,

    `create table assignment (
      lesson_id text primary key constraint assignment_lesson_id_fkey references lesson (id) on delete cascade,
      course_id text not null constraint assignment_course_id_fkey references course (id) on delete cascade,
      instructions text not null,
      points_possible bigint not null constraint assignment_points_possible_check check (points_possible > 0),
      pass_points bigint constraint assignment_pass_points_check check (pass_points between 0 and points_possible),
      accepts_text boolean not null,
      files_max integer not null constraint assignment_files_max_check check (files_max >= 0),
      time_zone text not null,
      opens text,
      due text,
      closes text,
      grace_seconds integer not null,
      late_policy text not null
        constraint assignment_late_policy_check check (late_policy in ('accept', 'penalty', 'refuse')),
      late_percent_per_day bigint,
      late_percent_max bigint,
      releases_at_once boolean not null,
      rubric ${json},
      due_at ${timestamp},
      created_at ${timestamp} not null,
      updated_at ${timestamp} not null,
      version integer not null default 1
    )`,
    `create index assignment_course_id_idx on assignment (course_id)`,
    `create index assignment_due_at_idx on assignment (due_at)`,

    `create table submission (
      id text primary key,
      lesson_id text not null constraint submission_lesson_id_fkey references assignment (lesson_id),
      course_id text not null constraint submission_course_id_fkey references course (id),
      enrollment_id text not null constraint submission_enrollment_id_fkey references enrollment (id),
      latest_number integer not null constraint submission_latest_number_check check (latest_number > 0),
      submitted_at ${timestamp} not null,
      late_from_at ${timestamp} not null,
      late_days integer not null constraint submission_late_days_check check (late_days >= 0),
      is_waiting boolean not null,
      reopened_at ${timestamp},
      graded_number integer,
      points bigint constraint submission_points_check check (points >= 0),
      rubric_marks ${json},
      feedback text not null default '',
      graded_at ${timestamp},
      graded_by text,
      released_at ${timestamp},
      version integer not null default 1,
      constraint submission_lesson_id_enrollment_id_key unique (lesson_id, enrollment_id)
    )`,
    `create index submission_enrollment_id_idx on submission (enrollment_id)`,
    // What waits for graders: in all, by course and by age.
    `create index submission_is_waiting_idx on submission (is_waiting, course_id, submitted_at)`,

    `create table submission_version (
      submission_id text not null constraint submission_version_submission_id_fkey references submission (id),
      number integer not null,
      body text not null,
      submitted_at ${timestamp} not null,
      submitted_by text not null,
      primary key (submission_id, number)
    )`,
    `create table submission_file (
      submission_id text not null,
      number integer not null,
      position integer not null,
      file_id text not null constraint submission_file_file_id_fkey references stored_file (id),
      primary key (submission_id, number, position),
      constraint submission_file_submission_id_number_fkey
        foreign key (submission_id, number) references submission_version (submission_id, number)
    )`,
    `create index submission_file_file_id_idx on submission_file (file_id)`,
    `create table feedback_file (
      submission_id text not null constraint feedback_file_submission_id_fkey references submission (id),
      position integer not null,
      file_id text not null constraint feedback_file_file_id_fkey references stored_file (id),
      primary key (submission_id, position)
    )`,
    `create index feedback_file_file_id_idx on feedback_file (file_id)`,

    `create table assignment_reminder (
      lesson_id text not null constraint assignment_reminder_lesson_id_fkey
        references assignment (lesson_id) on delete cascade,
      enrollment_id text not null constraint assignment_reminder_enrollment_id_fkey references enrollment (id),
      reminded_at ${timestamp} not null,
      primary key (lesson_id, enrollment_id)
    )`,
    `create index assignment_reminder_enrollment_id_idx on assignment_reminder (enrollment_id)`,
  ],
}
