import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createCourses: SchemaMigration = {
  name: '0004-create-courses',
  statements: ({ timestamp, json }, dialect) => [
    `create table course (
      id text primary key,
      slug text not null constraint course_slug_key unique,
      title text not null,
      sort_title text${dialect === 'postgres' ? ' collate "C"' : ''} not null default '',
      summary text not null,
      description text not null,
      category text not null,
      difficulty text not null
        constraint course_difficulty_check check (difficulty in ('beginner', 'intermediate', 'advanced')),
      status text not null constraint course_status_check check (status in ('draft', 'published', 'archived')),
      capacity integer constraint course_capacity_check check (capacity > 0),
      self_enrollment boolean not null,
      enrollment_days integer constraint course_enrollment_days_check check (enrollment_days > 0),
      created_at ${timestamp} not null,
      updated_at ${timestamp} not null,
      published_at ${timestamp},
      archived_at ${timestamp},
      version integer not null default 1
    )`,
    `create index course_status_published_at_idx on course (status, published_at, id)`,
    `create index course_status_sort_title_idx on course (status, sort_title, id)`,
    `create index course_category_idx on course (status, category, published_at, id)`,

    `create table course_staff (
      course_id text not null constraint course_staff_course_id_fkey references course (id),
      user_id text not null constraint course_staff_user_id_fkey references user_account (id),
      staff_role text not null constraint course_staff_staff_role_check
        check (staff_role in ('owner', 'co-instructor', 'teaching-assistant')),
      added_at ${timestamp} not null,
      primary key (course_id, user_id)
    )`,
    `create index course_staff_user_id_idx on course_staff (user_id)`,
    `create unique index course_staff_owner_key on course_staff (course_id) where staff_role = 'owner'`,

    `create table course_prerequisite (
      course_id text not null constraint course_prerequisite_course_id_fkey references course (id),
      required_course_id text not null constraint course_prerequisite_required_course_id_fkey references course (id),
      primary key (course_id, required_course_id)
    )`,

    `create index course_prerequisite_required_course_id_idx on course_prerequisite (required_course_id)`,

    `create table course_module (
      id text primary key,
      course_id text not null constraint course_module_course_id_fkey references course (id),
      title text not null,
      position integer not null,
      created_at ${timestamp} not null,
      updated_at ${timestamp} not null,
      version integer not null default 1
    )`,
    `create index course_module_course_id_idx on course_module (course_id, position)`,

    `create table lesson (
      id text primary key,
      course_id text not null constraint lesson_course_id_fkey references course (id),
      module_id text not null constraint lesson_module_id_fkey references course_module (id),
      title text not null,
      type text not null constraint lesson_type_check
        check (type in ('page', 'video', 'file', 'link', 'quiz', 'assignment')),
      position integer not null,
      status text not null constraint lesson_status_check check (status in ('draft', 'published', 'archived')),
      is_preview boolean not null,
      is_required boolean not null,
      content ${json} not null,
      completion_rule text not null
        constraint lesson_completion_rule_check check (completion_rule in ('mark', 'time', 'pass')),
      completion_seconds integer constraint lesson_completion_seconds_check check (completion_seconds > 0),
      release_at ${timestamp},
      release_after_days integer constraint lesson_release_after_days_check check (release_after_days >= 0),
      created_at ${timestamp} not null,
      updated_at ${timestamp} not null,
      version integer not null default 1
    )`,
    `create index lesson_course_id_idx on lesson (course_id, status)`,
    `create index lesson_module_id_idx on lesson (module_id, position)`,

    `create table lesson_prerequisite (
      lesson_id text not null constraint lesson_prerequisite_lesson_id_fkey references lesson (id),
      required_lesson_id text not null constraint lesson_prerequisite_required_lesson_id_fkey references lesson (id),
      primary key (lesson_id, required_lesson_id)
    )`,
    `create index lesson_prerequisite_required_lesson_id_idx on lesson_prerequisite (required_lesson_id)`,

    ...searchTables[dialect],
  ],
}

// `words` is made by the program, so that both databases find the same: neither may split or fold it again.
const searchTables = {
  sqlite: [
    `create table course_search (
      number integer primary key,
      course_id text not null constraint course_search_course_id_key unique
        constraint course_search_course_id_fkey references course (id),
      words text not null
    )`,
    // `ascii` takes every other character as part of a word; `number` survives a vacuum, a bare rowid would not.
    `create virtual table course_search_index using fts5 (
      words, content = 'course_search', content_rowid = 'number', tokenize = 'ascii', prefix = '2 3', detail = 'none'
    )`,
    `create trigger course_search_insert after insert on course_search begin
      insert into course_search_index (rowid, words) values (new.number, new.words);
    end`,
    `create trigger course_search_delete after delete on course_search begin
      insert into course_search_index (course_search_index, rowid, words) values ('delete', old.number, old.words);
    end`,
    `create trigger course_search_update after update on course_search begin
      insert into course_search_index (course_search_index, rowid, words) values ('delete', old.number, old.words);
      insert into course_search_index (rowid, words) values (new.number, new.words);
    end`,
  ],
  postgres: [
    `create table course_search (
      course_id text primary key constraint course_search_course_id_fkey references course (id),
      words text not null,
      vector tsvector not null generated always as (array_to_tsvector(string_to_array(words, ' '))) stored
    )`,
    `create index course_search_vector_idx on course_search using gin (vector)`,
  ],
}
