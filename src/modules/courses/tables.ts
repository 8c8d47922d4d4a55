import type { Generated, JSONColumnType } from 'kysely'

export interface CoursesDatabase {
  course: {
    id: string
    slug: string
    title: string
    /** The title without case and accents: lists sort the same way on both databases. */
    sort_title: Generated<string>
    summary: string
    /** Markdown, as its author wrote it. */
    description: string
    category: string
    difficulty: 'beginner' | 'intermediate' | 'advanced'
    status: 'draft' | 'published' | 'archived'
    /** Seats; null: no limit. */
    capacity: number | null
    self_enrollment: boolean
    /** An enrollment ends so many days after it began; null: never. */
    enrollment_days: number | null
    created_at: string
    updated_at: string
    published_at: string | null
    archived_at: string | null
    version: Generated<number>
  }
  course_staff: {
    course_id: string
    user_id: string
    staff_role: 'owner' | 'co-instructor' | 'teaching-assistant'
    added_at: string
  }
  course_prerequisite: { course_id: string; required_course_id: string }
  course_module: {
    id: string
    course_id: string
    title: string
    /** Order within the course, from 0, without gaps. */
    position: number
    created_at: string
    updated_at: string
    version: Generated<number>
  }
  lesson: {
    id: string
    course_id: string
    module_id: string
    title: string
    type: 'page' | 'video' | 'file' | 'link' | 'quiz' | 'assignment'
    /** Order within the module, from 0, without gaps. */
    position: number
    status: 'draft' | 'published' | 'archived'
    /** Readable by anybody while the course is published. */
    is_preview: boolean
    /** Counts towards progress. */
    is_required: boolean
    content: JSONColumnType<Record<string, unknown>>
    /** `mark`: the student says so; `time`: after `completion_seconds` of measured time; `pass`: another part decides. */
    completion_rule: 'mark' | 'time' | 'pass'
    completion_seconds: number | null
    release_at: string | null
    /** Days after enrollment. */
    release_after_days: number | null
    created_at: string
    updated_at: string
    version: Generated<number>
  }
  lesson_prerequisite: { lesson_id: string; required_lesson_id: string }
  /** What search looks at. SQLite has a full-text index beside it, PostgreSQL a generated column. */
  course_search: {
    course_id: string
    /** Each word once, with single spaces between: see \`wordsOf\`. */
    words: string
  }
}
