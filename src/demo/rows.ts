import type { Insertable } from 'kysely'
import type { Database } from '../database.ts'

/** The tables a demo fills, in an order in which every row finds what it refers to. */
export const demoTables = [
  'user_account',
  'session',
  'course',
  'course_search',
  'course_staff',
  'course_prerequisite',
  'course_module',
  'stored_file',
  'lesson',
  'lesson_prerequisite',
  'enrollment',
  'enrollment_event',
  'lesson_progress',
  'course_progress',
  'learning_day',
  'question_bank',
  'question',
  'question_version',
  'quiz',
  'quiz_item',
  'attempt',
  'attempt_answer',
  'attempt_event',
  'assignment',
  'submission',
  'submission_version',
  'grade_category',
  'grade_item',
  'grade',
  'grade_event',
  'review',
  'course_rating',
  'audit_event',
] as const satisfies readonly (keyof Database)[]

export type DemoRows = { readonly [T in (typeof demoTables)[number]]: Insertable<Database[T]>[] }

export function noRows(): DemoRows {
  return Object.fromEntries(demoTables.map((table) => [table, []])) as unknown as DemoRows
}
