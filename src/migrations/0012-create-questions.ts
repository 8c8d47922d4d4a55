import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createQuestions: SchemaMigration = {
  name: '0012-create-questions',
  statements: ({ timestamp, json }, dialect) => [
    `create table question_bank (
      id text primary key,
      course_id text not null constraint question_bank_course_id_fkey references course (id) on delete cascade,
      title text not null,
      description text not null,
      created_at ${timestamp} not null,
      updated_at ${timestamp} not null,
      archived_at ${timestamp},
      version integer not null default 1
    )`,
    `create index question_bank_course_id_idx on question_bank (course_id, created_at, id)`,

    `create table question (
      id text primary key,
      bank_id text not null constraint question_bank_id_fkey references question_bank (id) on delete cascade,
      type text not null constraint question_type_check check (type in (
        'single-choice', 'multiple-choice', 'true-false', 'numeric', 'short-answer', 'matching', 'ordering', 'essay'
      )),
      name text not null,
      points bigint not null constraint question_points_check check (points >= 0),
      search_text text not null,
      version_number integer not null,
      created_at ${timestamp} not null,
      updated_at ${timestamp} not null,
      archived_at ${timestamp},
      version integer not null default 1
    )`,
    `create index question_bank_id_idx on question (bank_id, created_at, id)`,

    // A version never changes. What attempts were taken on refers to it, and keeps it from being deleted.
    `create table question_version (
      id text primary key,
      question_id text not null constraint question_version_question_id_fkey references question (id)
        on delete cascade,
      number integer not null,
      content ${json} not null,
      created_at ${timestamp} not null,
      created_by text not null constraint question_version_created_by_fkey references user_account (id),
      constraint question_version_question_id_number_key unique (question_id, number)
    )`,
    `create index question_version_created_by_idx on question_version (created_by)`,
    ...neverChanged[dialect],

    `create table question_tag (
      question_id text not null constraint question_tag_question_id_fkey references question (id) on delete cascade,
      tag text not null,
      primary key (question_id, tag)
    )`,
    `create index question_tag_tag_idx on question_tag (tag, question_id)`,
  ],
}

// Grades rest on what was asked: not even a mistake in our own code can rewrite it.
const neverChanged = {
  sqlite: [
    `create trigger question_version_no_update before update on question_version
      begin select raise(abort, 'a version of a question never changes'); end`,
  ],
  postgres: [
    `create function refuse_question_version_change() returns trigger language plpgsql as
      $$ begin raise exception 'a version of a question never changes'; end $$`,
    `create trigger question_version_never_changed before update on question_version
      for each statement execute function refuse_question_version_change()`,
  ],
}
