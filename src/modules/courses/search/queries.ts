import { type Kysely, type RawBuilder, sql } from 'kysely'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import type { Database } from '../../../database.ts'
import type { CourseRow } from '../access/queries.ts'
import { wordsOf } from './words.ts'

type Executor = Kysely<Database>
type Searchable = Pick<CourseRow, 'title' | 'summary' | 'description' | 'category'>

// Longer ones say nothing more, and PostgreSQL takes at most 2046 bytes a word.
const WORD_MAX = 64

/** Makes the course findable by what it says now. */
export async function upsertSearchWords(tx: Executor, course: Searchable & { readonly id: string }): Promise<void> {
  const words = searchWordsOf(course)
  await tx
    .insertInto('course_search')
    .values({ course_id: course.id, words })
    .onConflict((conflict) => conflict.column('course_id').doUpdateSet({ words }))
    .execute()
}

/** What search looks at: each word of the course once. */
export function searchWordsOf({ title, summary, description, category }: Searchable): string {
  return searchWords([title, summary, description, category].join('\n')).join(' ')
}

export async function deleteSearchWords(tx: Executor, courseId: string): Promise<void> {
  await tx.deleteFrom('course_search').where('course_id', '=', courseId).execute()
}

const QUERY_WORDS_MAX = 10
const NARROW_MAX = 1000

/**
 * The condition that a row of `course` has every word of `text`, from two characters on as the beginning of a word. Text
 * without any letter or digit matches nothing.
 *
 * Neither database guesses well how many courses a word finds, and the wrong plan costs a hundred times the right one.
 * So we look: few are listed by their ids; where many match, the list is walked in its own order and each row is
 * compared, since a page is soon full.
 */
export async function searchCondition(db: Executor, text: string): Promise<RawBuilder<boolean>> {
  const words = searchWords(text).slice(0, QUERY_WORDS_MAX)
  if (words.length === 0) return sql<boolean>`1 = 0`
  const ids = await selectMatchingIds(db, words, NARROW_MAX + 1)
  return ids.length <= NARROW_MAX ? isOneOf(db, ids) : hasWords(words)
}

async function selectMatchingIds(db: Executor, words: readonly string[], limit: number): Promise<string[]> {
  // Words hold letters, digits and marks only, so no quoting can be escaped from.
  const { rows } =
    dialectOfDatabase(db) === 'postgres'
      ? await sql<{ course_id: string }>`
          select course_id from course_search
          where vector @@ ${words.map((word) => `'${word}'${isWhole(word) ? '' : ':*'}`).join(' & ')}::tsquery
          limit ${limit}`.execute(db)
      : await sql<{ course_id: string }>`
          select course_search.course_id from course_search_index
          join course_search on course_search.number = course_search_index.rowid
          where course_search_index match ${words.map((word) => `"${word}"${isWhole(word) ? '' : '*'}`).join(' ')}
          limit ${limit}`.execute(db)
  return rows.map((row) => row.course_id)
}

// One parameter however many ids: a statement text for each number of them would never be prepared twice.
function isOneOf(db: Executor, ids: readonly string[]): RawBuilder<boolean> {
  return dialectOfDatabase(db) === 'postgres'
    ? sql<boolean>`course.id = any(${ids}::text[])`
    : sql<boolean>`course.id in (select value from json_each(${JSON.stringify(ids)}))`
}

function hasWords(words: readonly string[]): RawBuilder<boolean> {
  const patterns = words.map((word) => sql`' ' || words || ' ' like ${isWhole(word) ? `% ${word} %` : `% ${word}%`}`)
  // A scalar subquery, not `exists`: PostgreSQL would turn that into a join over all courses.
  return sql<boolean>`(
    select ${sql.join(patterns, sql` and `)} from course_search where course_search.course_id = course.id
  )`
}

function isWhole(word: string): boolean {
  return word.length === 1
}

function searchWords(text: string): string[] {
  return [...new Set(wordsOf(text).map((word) => word.slice(0, WORD_MAX)))]
}
