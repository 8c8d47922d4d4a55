import type { Generated, JSONColumnType } from 'kysely'
import type { Decimal } from '#platform/decimal/decimal.ts'

export interface RubricLevel {
  readonly id: string
  readonly title: string
  /** A decimal, as on the wire. */
  readonly points: string
}

export interface RubricCriterion {
  readonly id: string
  readonly title: string
  readonly levels: readonly RubricLevel[]
}

/** The level that a grader chose for one criterion, with the points it was worth then. */
export interface RubricMark {
  readonly criterionId: string
  readonly levelId: string
  readonly points: string
  readonly comment: string
}

export interface AssignmentsDatabase {
  /** What students hand in; belongs to a lesson of the type `assignment`, by whose id it goes. */
  assignment: {
    lesson_id: string
    course_id: string
    /** Markdown, as its author wrote it. */
    instructions: string
    points_possible: Decimal
    /** What completes the lesson, late penalty included; null: any grade does. */
    pass_points: Decimal | null
    accepts_text: boolean
    /** Of one submission; 0: no files. */
    files_max: number
    time_zone: string
    /** Moments, as they were written. */
    opens: string | null
    due: string | null
    closes: string | null
    grace_seconds: number
    late_policy: 'accept' | 'penalty' | 'refuse'
    /** Decimals, percent of the points possible; with `penalty` only. */
    late_percent_per_day: Decimal | null
    late_percent_max: Decimal | null
    /** False: grades are drafts until somebody releases them. */
    releases_at_once: boolean
    rubric: JSONColumnType<readonly RubricCriterion[] | null, string | null, string | null>
    /** When it is due for those without accommodations, for reminders. */
    due_at: string | null
    created_at: string
    updated_at: string
    version: Generated<number>
  }
  /** What one student has handed in, with its grade. */
  submission: {
    id: string
    lesson_id: string
    course_id: string
    enrollment_id: string
    /** The group it was handed in for. */
    group_id: string | null
    /** Of the version that counts, from 1. */
    latest_number: number
    /** Of that version. */
    submitted_at: string
    /** What lateness is measured by: that version, or the one before when staff have reopened it since. */
    late_from_at: string
    /** Started days after the due date; 0: in time. */
    late_days: number
    /** The latest version has not been graded. */
    is_waiting: boolean
    /** Set until the student hands in again: neither cut-off nor lateness bind him meanwhile. */
    reopened_at: string | null
    /** The version that the grade is for. */
    graded_number: number | null
    /** Before the late penalty. */
    points: Decimal | null
    rubric_marks: JSONColumnType<readonly RubricMark[] | null, string | null, string | null>
    feedback: Generated<string>
    graded_at: string | null
    graded_by: string | null
    /** From then on its student sees the grade. Null: a draft. */
    released_at: string | null
    version: Generated<number>
  }
  assignment_group: {
    id: string
    lesson_id: string
    title: string
  }
  assignment_group_member: {
    group_id: string
    lesson_id: string
    enrollment_id: string
  }
  submission_version: {
    submission_id: string
    number: number
    body: string
    submitted_at: string
    submitted_by: string
  }
  submission_file: {
    submission_id: string
    number: number
    position: number
    file_id: string
  }
  feedback_file: {
    submission_id: string
    position: number
    file_id: string
  }
  assignment_reminder: {
    lesson_id: string
    enrollment_id: string
    reminded_at: string
  }
}
