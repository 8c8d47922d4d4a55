import { foldForSearch } from '#modules/users/index.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import type { QuestionOfCourse, QuestionRow, VersionRow } from './queries.ts'
import type { QuestionContent } from './question-types/registry.ts'
import type { Question, QuestionSummary, QuestionVersion } from './schemas.ts'

export function toQuestionSummary(row: QuestionRow, tags: readonly string[]): QuestionSummary {
  return {
    id: row.id,
    bankId: row.bank_id,
    type: row.type,
    name: row.name,
    points: formatDecimal(row.points),
    tags: [...tags],
    versionNumber: row.version_number,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at,
  }
}

export function toQuestion(row: QuestionOfCourse, tags: readonly string[], version: VersionRow): Question {
  return {
    ...toQuestionSummary(row, tags),
    courseId: row.course_id,
    versionId: version.id,
    content: version.content,
  }
}

export function toVersion(row: VersionRow): QuestionVersion {
  return {
    id: row.id,
    questionId: row.question_id,
    number: row.number,
    content: row.content,
    createdAt: row.created_at,
    createdBy: row.created_by,
  }
}

/** What a search in a bank looks at. */
export function searchTextOf(name: string, tags: readonly string[], { prompt }: QuestionContent): string {
  return foldForSearch([name, ...tags, prompt].join('\n'))
}

const NAME_MAX = 100

/** The name of a question that was given none: the beginning of its prompt. */
export function nameOf({ prompt }: QuestionContent): string {
  const line = prompt.replaceAll(/\s+/g, ' ').trim()
  const characters = [...line]
  return characters.length <= NAME_MAX ? line : `${characters.slice(0, NAME_MAX - 1).join('')}…`
}
