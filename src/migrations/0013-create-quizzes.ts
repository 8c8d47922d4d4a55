import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createQuizzes: SchemaMigration = {
  name: '0013-create-quizzes',
  statements: ({ timestamp, json }, dialect) => [
    `create table quiz (
      id text primary key,
      course_id text not null constraint quiz_course_id_fkey references course (id),
      lesson_id text not null constraint quiz_lesson_id_fkey references lesson (id)
        constraint quiz_lesson_id_key unique,
      title text not null,
      instructions text not null,
      mode text not null constraint quiz_mode_check check (mode in ('practice', 'graded')),
      time_zone text not null,
      opens text,
      closes text,
      time_limit_seconds integer constraint quiz_time_limit_seconds_check check (time_limit_seconds > 0),
      grace_seconds integer not null constraint quiz_grace_seconds_check check (grace_seconds >= 0),
      attempts_allowed integer constraint quiz_attempts_allowed_check check (attempts_allowed > 0),
      passing_percent bigint constraint quiz_passing_percent_check check (passing_percent between 0 and 1000000),
      attempts_count text not null constraint quiz_attempts_count_check
        check (attempts_count in ('best', 'last', 'average')),
      shuffle_questions boolean not null,
      results_show text not null constraint quiz_results_show_check
        check (results_show in ('nothing', 'score', 'answers', 'solutions')),
      results_when text not null constraint quiz_results_when_check
        check (results_when in ('immediately', 'after-close', 'never')),
      created_at ${timestamp} not null,
      updated_at ${timestamp} not null,
      version integer not null default 1
    )`,
    `create index quiz_course_id_idx on quiz (course_id, id)`,

    // One question, or so many drawn from a bank.
    `create table quiz_item (
      quiz_id text not null constraint quiz_item_quiz_id_fkey references quiz (id) on delete cascade,
      position integer not null,
      question_id text constraint quiz_item_question_id_fkey references question (id),
      bank_id text constraint quiz_item_bank_id_fkey references question_bank (id),
      tag text,
      draw_count integer constraint quiz_item_draw_count_check check (draw_count > 0),
      points bigint not null constraint quiz_item_points_check check (points >= 0),
      primary key (quiz_id, position),
      constraint quiz_item_source_check check (
        (question_id is not null and bank_id is null and draw_count is null and tag is null)
        or (question_id is null and bank_id is not null and draw_count is not null)
      )
    )`,

    `create index quiz_item_question_id_idx on quiz_item (question_id)`,
    `create index quiz_item_bank_id_idx on quiz_item (bank_id)`,

    `create table attempt (
      id text primary key,
      quiz_id text not null constraint attempt_quiz_id_fkey references quiz (id),
      enrollment_id text not null constraint attempt_enrollment_id_fkey references enrollment (id),
      student_id text not null constraint attempt_student_id_fkey references user_account (id),
      number integer not null,
      status text not null constraint attempt_status_check check (status in ('open', 'awaiting-grading', 'graded')),
      seed text not null,
      started_at ${timestamp} not null,
      deadline_at ${timestamp},
      accepted_until ${timestamp},
      passing_percent bigint,
      points_possible bigint not null,
      submitted_at ${timestamp},
      submitted_by text constraint attempt_submitted_by_check check (submitted_by in ('student', 'deadline', 'staff')),
      graded_at ${timestamp},
      points bigint,
      is_passed boolean,
      version integer not null default 1,
      constraint attempt_quiz_id_enrollment_id_number_key unique (quiz_id, enrollment_id, number)
    )`,
    // Two tabs that start at once cannot both have an open attempt, whatever the code does.
    `create unique index attempt_quiz_id_enrollment_id_open_key on attempt (quiz_id, enrollment_id)
      where status = 'open'`,
    `create index attempt_quiz_id_idx on attempt (quiz_id, started_at, id)`,
    `create index attempt_quiz_id_status_idx on attempt (quiz_id, status, started_at, id)`,
    `create index attempt_student_id_idx on attempt (student_id, started_at, id)`,
    `create index attempt_enrollment_id_idx on attempt (enrollment_id)`,
    `create index attempt_accepted_until_idx on attempt (accepted_until) where status = 'open'`,
    `create index attempt_awaiting_idx on attempt (submitted_at) where status = 'awaiting-grading'`,

    // All that a save must look at stands in the row it changes, so that a save is one statement: see ADR 0023.
    `create table attempt_answer (
      attempt_id text not null constraint attempt_answer_attempt_id_fkey references attempt (id),
      position integer not null,
      student_id text not null,
      question_id text not null,
      question_version_id text not null constraint attempt_answer_question_version_id_fkey
        references question_version (id),
      points_possible bigint not null,
      is_open boolean not null,
      deadline_at ${timestamp},
      accepted_until ${timestamp},
      answer ${json},
      sequence bigint not null default 0,
      digest text,
      saved_at ${timestamp},
      points bigint,
      is_correct boolean,
      feedback text,
      graded_at ${timestamp},
      graded_by text,
      primary key (attempt_id, position)
    )${room[dialect]}`,
    `create index attempt_answer_question_id_idx on attempt_answer (question_id)`,
    `create index attempt_answer_question_version_id_idx on attempt_answer (question_version_id)`,

    // No foreign key: checking it would make a save wait for the lock of a submission that waits for the save. One index,
    // since each save pays for each.
    `create table attempt_event (
      id text not null,
      attempt_id text not null,
      event text not null constraint attempt_event_event_check
        check (event in ('started', 'resumed', 'saved', 'submitted', 'graded', 'reopened', 'extended')),
      occurred_at ${timestamp} not null,
      actor_id text,
      position integer,
      sequence bigint,
      digest text,
      details ${json},
      primary key (attempt_id, id)
    )`,
    ...appendOnly[dialect],

    `create table extra_attempt (
      id text primary key,
      quiz_id text not null constraint extra_attempt_quiz_id_fkey references quiz (id),
      enrollment_id text not null constraint extra_attempt_enrollment_id_fkey references enrollment (id),
      attempts integer not null constraint extra_attempt_attempts_check check (attempts > 0),
      reason text not null,
      granted_by text not null,
      granted_at ${timestamp} not null
    )`,
    `create index extra_attempt_quiz_id_idx on extra_attempt (quiz_id, enrollment_id)`,
    `create index extra_attempt_enrollment_id_idx on extra_attempt (enrollment_id)`,
  ],
}

// An answer is saved many times: with room in its page the new version of the row needs no new index entry.
const room = { sqlite: '', postgres: ' with (fillfactor = 50)' }

// The journal decides disputes: not even a mistake in our own code can rewrite it.
const appendOnly = {
  sqlite: ['update', 'delete'].map(
    (change) => `create trigger attempt_event_no_${change} before ${change} on attempt_event
      begin select raise(abort, 'the journal of an attempt is append-only'); end`,
  ),
  postgres: [
    `create function refuse_attempt_event_change() returns trigger language plpgsql as
      $$ begin raise exception 'the journal of an attempt is append-only'; end $$`,
    `create trigger attempt_event_append_only before update or delete or truncate on attempt_event
      for each statement execute function refuse_attempt_event_change()`,
  ],
}
