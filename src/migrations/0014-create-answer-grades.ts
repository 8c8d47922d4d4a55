import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createAnswerGrades: SchemaMigration = {
  name: '0014-create-answer-grades',
  statements: ({ timestamp }, dialect) => [
    // From then on answers to this question in this quiz are graded by this key; the latest row of a question counts.
    `create table regrade (
      id text primary key,
      quiz_id text not null constraint regrade_quiz_id_fkey references quiz (id) on delete cascade,
      question_id text not null constraint regrade_question_id_fkey references question (id),
      rule text not null constraint regrade_rule_check check (rule in ('key', 'best-of-both', 'full-points')),
      key_version_id text constraint regrade_key_version_id_fkey references question_version (id),
      up_to_number integer not null,
      reason text not null,
      created_at ${timestamp} not null,
      created_by text not null constraint regrade_created_by_fkey references user_account (id),
      finished_at ${timestamp},
      changed_answers integer not null default 0,
      constraint regrade_key_version_id_check check ((key_version_id is null) = (rule = 'full-points'))
    )`,
    `create index regrade_quiz_id_idx on regrade (quiz_id, id)`,
    `create index regrade_question_id_idx on regrade (question_id)`,
    `create index regrade_key_version_id_idx on regrade (key_version_id)`,
    `create index regrade_created_by_idx on regrade (created_by)`,

    // What an answer earned, each time a person or a regrade decided it anew. Only ever added to.
    `create table answer_grade (
      id text primary key,
      attempt_id text not null constraint answer_grade_attempt_id_fkey references attempt (id),
      position integer not null,
      points_before bigint,
      points_after bigint not null,
      feedback text,
      regrade_id text constraint answer_grade_regrade_id_fkey references regrade (id),
      graded_at ${timestamp} not null,
      graded_by text not null constraint answer_grade_graded_by_fkey references user_account (id)
    )`,
    `create index answer_grade_attempt_id_idx on answer_grade (attempt_id, position, id)`,
    `create index answer_grade_regrade_id_idx on answer_grade (regrade_id, id)`,
    `create index answer_grade_graded_by_idx on answer_grade (graded_by)`,
    ...appendOnly[dialect],
  ],
}

// Who graded what, and when, settles disputes: not even a mistake in our own code can rewrite it.
const appendOnly = {
  sqlite: ['update', 'delete'].map(
    (change) => `create trigger answer_grade_no_${change} before ${change} on answer_grade
      begin select raise(abort, 'the history of graded answers is append-only'); end`,
  ),
  postgres: [
    `create function refuse_answer_grade_change() returns trigger language plpgsql as
      $$ begin raise exception 'the history of graded answers is append-only'; end $$`,
    `create trigger answer_grade_append_only before update or delete or truncate on answer_grade
      for each statement execute function refuse_answer_grade_change()`,
  ],
}
