import type { Insertable } from 'kysely'
import type { CoursesDatabase } from '#modules/courses/index.ts'

type LessonColumns = Insertable<CoursesDatabase['lesson']>

/** A lesson as an author thinks of it. */
export interface LessonPlan {
  readonly title: string
  readonly type: LessonColumns['type']
  readonly content: Readonly<Record<string, unknown>>
  readonly completionRule: LessonColumns['completion_rule']
  readonly completionSeconds: number | null
  /** What a student usually spends on it. */
  readonly minutes: number
  /** What a `file` lesson holds; its content names it by an id that is made with the course. */
  readonly file?: FilePlan
  readonly wishes: LessonWishes
}

export interface FilePlan {
  readonly name: string
  readonly mediaType: string
  readonly text: string
}

export interface LessonWishes {
  readonly isPreview?: true
  readonly isOptional?: true
  readonly status?: 'draft'
  /** Opens so many days after enrollment. */
  readonly releaseAfterDays?: number
  /** Opens so many days after now; negative: it opened before. */
  readonly releaseInDays?: number
  /** Title of the lesson of the same course to complete before. */
  readonly after?: string
}

export interface CoursePlan {
  readonly slug: string
  readonly title: string
  readonly summary: string
  /** Markdown. */
  readonly description: string
  readonly category: string
  readonly difficulty: 'beginner' | 'intermediate' | 'advanced'
  readonly status: 'draft' | 'published' | 'archived'
  readonly capacity?: number
  readonly enrollmentDays?: number
  /** Slug of the course to complete before. */
  readonly prerequisite?: string
  /** Students are enrolled by staff. */
  readonly byStaffOnly?: true
  /** How much students want it, compared with the others. */
  readonly appeal: number
  readonly modules: readonly { readonly title: string; readonly lessons: readonly LessonPlan[] }[]
}

export function page(title: string, source: string, wishes: LessonWishes = {}): LessonPlan {
  const content = { format: 'markdown', source: `# ${title}\n\n${source}\n` }
  return { title, type: 'page', content, completionRule: 'mark', completionSeconds: null, minutes: 8, wishes }
}

/** Complete after four fifths of its playing time, as the product has it for videos. */
export function video(title: string, file: string, minutes: number, wishes: LessonWishes = {}): LessonPlan {
  const durationSeconds = minutes * 60
  const content = { url: `https://media.example.org/${file}.mp4`, durationSeconds }
  const completionSeconds = Math.round(durationSeconds * 0.8)
  return { title, type: 'video', content, completionRule: 'time', completionSeconds, minutes, wishes }
}

export function link(title: string, url: string, wishes: LessonWishes = {}): LessonPlan {
  return {
    title,
    type: 'link',
    content: { url },
    completionRule: 'mark',
    completionSeconds: null,
    minutes: 12,
    wishes,
  }
}

export function file(title: string, plan: FilePlan, wishes: LessonWishes = {}): LessonPlan {
  return {
    title,
    type: 'file',
    content: {},
    completionRule: 'mark',
    completionSeconds: null,
    minutes: 5,
    file: plan,
    wishes,
  }
}

export function quiz(title: string, wishes: LessonWishes = {}): LessonPlan {
  return { title, type: 'quiz', content: {}, completionRule: 'pass', completionSeconds: null, minutes: 10, wishes }
}

export function assignment(title: string, wishes: LessonWishes = {}): LessonPlan {
  return {
    title,
    type: 'assignment',
    content: {},
    completionRule: 'pass',
    completionSeconds: null,
    minutes: 45,
    wishes,
  }
}
