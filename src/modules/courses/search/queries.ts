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

/**
 * The condition that the course of this row has every word of `text`, from two characters on as the beginning of a
 * word. Text without any letter or digit matches nothing.
 */
export function matchesSearch(db: Executor, courseId: RawBuilder<string>, text: string): RawBuilder<boolean> {
  const words = searchWords(text).slice(0, QUERY_WORDS_MAX)
  if (words.length === 0) return sql<boolean>`1 = 0`
  // Words hold letters, digits and marks only, so no quoting can be escaped from.
  if (dialectOfDatabase(db) === 'postgres') {
    const query = words.map((word) => (isWhole(word) ? `'${word}'` : `'${word}':*`)).join(' & ')
    return sql<boolean>`${courseId} in (select course_id from course_search where vector @@ ${query}::tsquery)`
  }
  const query = words.map((word) => (isWhole(word) ? `"${word}"` : `"${word}"*`)).join(' ')
  return sql<boolean>`${courseId} in (
    select course_search.course_id from course_search_index
    join course_search on course_search.number = course_search_index.rowid
    where course_search_index match ${query}
  )`
}

function isWhole(word: string): boolean {
  return word.length === 1
}

function searchWords(text: string): string[] {
  return [...new Set(wordsOf(text).map((word) => word.slice(0, WORD_MAX)))]
}
