import type { CourseRow } from '../access/queries.ts'
import type { RichText } from '../rich-text/rich-text.ts'
import type { CourseDetails } from './queries.ts'
import type { Course } from './schemas.ts'

export function toCourse(
  row: CourseRow,
  { prerequisiteIds, instructors, lessonCount }: CourseDetails,
  richText: RichText,
): Course {
  return {
    id: row.id,
    slug: row.slug,
    title: row.title,
    summary: row.summary,
    description: row.description,
    descriptionHtml: richText.fromMarkdown(row.description),
    category: row.category,
    difficulty: row.difficulty,
    status: row.status,
    capacity: row.capacity,
    selfEnrollment: row.self_enrollment,
    enrollmentDays: row.enrollment_days,
    prerequisiteIds: [...prerequisiteIds],
    instructors: [...instructors],
    lessonCount,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    publishedAt: row.published_at,
    archivedAt: row.archived_at,
  }
}
