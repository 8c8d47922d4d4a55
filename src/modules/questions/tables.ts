import type { Generated, JSONColumnType } from 'kysely'
import type { Decimal } from '#platform/decimal/decimal.ts'
import type { QuestionContent, QuestionTypeName } from './question-types/registry.ts'

export interface QuestionsDatabase {
  question_bank: {
    id: string
    course_id: string
    title: string
    description: string
    created_at: string
    updated_at: string
    archived_at: string | null
    version: Generated<number>
  }
  question: {
    id: string
    bank_id: string
    /** The same in all its versions. */
    type: QuestionTypeName
    name: string
    /** What it is worth where a quiz says nothing else; ten-thousandths. */
    points: Decimal
    /** Name, tags and prompt as `foldForSearch` folds them. */
    search_text: string
    /** The number of its present version. */
    version_number: number
    created_at: string
    updated_at: string
    /** Set while no quiz may newly use it. */
    archived_at: string | null
    /** Counts every change, those of name and tags too. */
    version: Generated<number>
  }
  /** Never changed, only added to: attempts keep the version that they were taken on. */
  question_version: {
    id: string
    question_id: string
    /** From 1, without gaps. */
    number: number
    content: JSONColumnType<QuestionContent>
    created_at: string
    created_by: string
  }
  question_tag: { question_id: string; tag: string }
}
