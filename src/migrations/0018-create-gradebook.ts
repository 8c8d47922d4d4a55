import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createGradebook: SchemaMigration = {
  name: '0018-create-gradebook',
  // Points, weights and percentages are decimals: integers of ten-thousandths.
  statements: ({ timestamp, json }, dialect) => [
    // No row: the course grades as the product's defaults say.
    `create table grading_rule (
      course_id text primary key constraint grading_rule_course_id_fkey references course (id) on delete cascade,
      letters ${json} not null,
      updated_at ${timestamp} not null,
      version integer not null default 1
    )`,

    `create table grade_category (
      id text primary key,
      course_id text not null constraint grade_category_course_id_fkey references course (id) on delete cascade,
      title text not null,
      weight bigint constraint grade_category_weight_check check (weight >= 0),
      drop_lowest integer not null default 0 constraint grade_category_drop_lowest_check check (drop_lowest >= 0),
      created_at ${timestamp} not null,
      updated_at ${timestamp} not null,
      version integer not null default 1
    )`,
    `create index grade_category_course_id_idx on grade_category (course_id, id)`,

    // Removed items stay, with the grades and the history that belong to them.
    `create table grade_item (
      id text primary key,
      course_id text not null constraint grade_item_course_id_fkey references course (id) on delete cascade,
      category_id text constraint grade_item_category_id_fkey references grade_category (id) on delete set null,
      source text not null constraint grade_item_source_check check (source in ('quiz', 'assignment', 'manual')),
      source_id text not null,
      title text not null,
      points_possible bigint not null constraint grade_item_points_possible_check check (points_possible >= 0),
      is_extra_credit boolean not null,
      is_released boolean not null,
      created_at ${timestamp} not null,
      updated_at ${timestamp} not null,
      removed_at ${timestamp},
      version integer not null default 1,
      constraint grade_item_source_source_id_key unique (source, source_id)
    )`,
    `create index grade_item_course_id_idx on grade_item (course_id, id)`,
    `create index grade_item_category_id_idx on grade_item (category_id)`,

    `create table grade (
      enrollment_id text not null constraint grade_enrollment_id_fkey references enrollment (id),
      item_id text not null constraint grade_item_id_fkey references grade_item (id),
      points bigint constraint grade_points_check check (points >= 0),
      late_penalty bigint not null default 0 constraint grade_late_penalty_check check (late_penalty >= 0),
      override_points bigint constraint grade_override_points_check check (override_points >= 0),
      is_excused boolean not null default false,
      graded_at ${timestamp},
      updated_at ${timestamp} not null,
      version integer not null default 0,
      primary key (enrollment_id, item_id)
    )`,
    `create index grade_item_id_idx on grade (item_id)`,

    `create table grade_event (
      id text primary key,
      enrollment_id text not null constraint grade_event_enrollment_id_fkey references enrollment (id),
      item_id text not null constraint grade_event_item_id_fkey references grade_item (id),
      event text not null constraint grade_event_event_check
        check (event in ('graded', 'cleared', 'overridden', 'override-removed', 'excused', 'excuse-removed')),
      occurred_at ${timestamp} not null,
      actor_id text,
      reason text not null,
      values_before ${json},
      values_after ${json} not null
    )`,
    `create index grade_event_enrollment_id_item_id_idx on grade_event (enrollment_id, item_id, id)`,
    `create index grade_event_item_id_idx on grade_event (item_id)`,
    ...appendOnly[dialect],
  ],
}

// The history settles disputes: not even a mistake in our own code can rewrite it.
const appendOnly = {
  sqlite: ['update', 'delete'].map(
    (change) => `create trigger grade_event_no_${change} before ${change} on grade_event
      begin select raise(abort, 'the history of grades is append-only'); end`,
  ),
  postgres: [
    `create function refuse_grade_event_change() returns trigger language plpgsql as
      $$ begin raise exception 'the history of grades is append-only'; end $$`,
    `create trigger grade_event_append_only before update or delete or truncate on grade_event
      for each statement execute function refuse_grade_event_change()`,
  ],
}
