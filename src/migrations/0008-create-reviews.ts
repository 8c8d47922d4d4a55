import type { SchemaMigration } from '#platform/database/migrate.ts'

export const createReviews: SchemaMigration = {
  name: '0008-create-reviews',
  statements: ({ timestamp }) => [
    `create table review (
      id text primary key,
      course_id text not null constraint review_course_id_fkey references course (id),
      user_id text not null constraint review_user_id_fkey references user_account (id),
      enrollment_id text not null constraint review_enrollment_id_fkey references enrollment (id)
        constraint review_enrollment_id_key unique,
      rating integer not null constraint review_rating_check check (rating between 1 and 5),
      body text not null,
      created_at ${timestamp} not null,
      updated_at ${timestamp} not null,
      hidden_at ${timestamp},
      hidden_by text,
      hidden_reason text,
      version integer not null default 1
    )`,
    `create index review_course_id_idx on review (course_id, created_at, id)`,
    `create index review_course_id_rating_idx on review (course_id, rating, created_at, id)`,
    `create index review_user_id_idx on review (user_id)`,
    `create index review_created_at_idx on review (created_at, id)`,
    `create index review_hidden_at_idx on review (created_at, id) where hidden_at is not null`,

    // The checks make a sum that has drifted from its parts impossible to store.
    `create table course_rating (
      course_id text primary key constraint course_rating_course_id_fkey references course (id),
      review_count integer not null,
      rating_sum integer not null,
      stars_1 integer not null constraint course_rating_stars_1_check check (stars_1 >= 0),
      stars_2 integer not null constraint course_rating_stars_2_check check (stars_2 >= 0),
      stars_3 integer not null constraint course_rating_stars_3_check check (stars_3 >= 0),
      stars_4 integer not null constraint course_rating_stars_4_check check (stars_4 >= 0),
      stars_5 integer not null constraint course_rating_stars_5_check check (stars_5 >= 0),
      constraint course_rating_review_count_check
        check (review_count = stars_1 + stars_2 + stars_3 + stars_4 + stars_5),
      constraint course_rating_rating_sum_check
        check (rating_sum = stars_1 + 2 * stars_2 + 3 * stars_3 + 4 * stars_4 + 5 * stars_5)
    )`,
  ],
}
