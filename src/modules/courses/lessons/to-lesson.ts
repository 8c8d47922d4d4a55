import type { RichText } from '../rich-text/rich-text.ts'
import type { TypedContent } from './content.ts'
import type { LessonRow } from './queries.ts'
import type { Lesson } from './schemas.ts'

export type LessonSummary = Omit<Lesson, 'courseId' | 'moduleId' | 'content' | 'createdAt' | 'updatedAt'>

/** `showsSource`: staff also get what the author wrote. */
export function toLesson(
  row: LessonRow,
  prerequisiteIds: readonly string[],
  richText: RichText,
  { showsSource }: { showsSource: boolean },
): Lesson {
  return {
    ...toLessonSummary(row, prerequisiteIds),
    courseId: row.course_id,
    moduleId: row.module_id,
    content: toContent(typedContentOf(row), richText, showsSource),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export function toLessonSummary(row: Omit<LessonRow, 'content'>, prerequisiteIds: readonly string[]): LessonSummary {
  return {
    id: row.id,
    title: row.title,
    type: row.type,
    position: row.position,
    status: row.status,
    isPreview: row.is_preview,
    isRequired: row.is_required,
    completionRule: row.completion_rule,
    completionSeconds: row.completion_seconds,
    releaseAt: row.release_at,
    releaseAfterDays: row.release_after_days,
    prerequisiteIds: [...prerequisiteIds],
  }
}

/** The stored content with the type it was checked against when it was written. */
export function typedContentOf(row: Pick<LessonRow, 'type' | 'content'>): TypedContent {
  return { type: row.type, content: row.content } as unknown as TypedContent
}

function toContent(lesson: TypedContent, richText: RichText, showsSource: boolean): Lesson['content'] {
  if (lesson.type !== 'page') return lesson.content
  const { format, source } = lesson.content
  const html = format === 'markdown' ? richText.fromMarkdown(source) : richText.fromHtml(source)
  return { format, html, ...(showsSource && { source }) }
}
