import type { Generated, JSONColumnType } from 'kysely'
import type { Decimal } from '#platform/decimal/decimal.ts'

export type GradeSource = 'quiz' | 'assignment' | 'manual'

/** What a history row says of a grade before or after it; decimals as on the wire. */
export interface GradeValues {
  readonly points: string | null
  readonly latePenalty: string
  readonly overridePoints: string | null
  readonly isExcused: boolean
}

/** A letter and the lowest percentage, as on the wire, that earns it. */
export interface StoredLetter {
  readonly letter: string
  readonly minPercent: string
}

export interface GradebookDatabase {
  /** How a course turns percentages into letters; no row: as the defaults say. */
  grading_rule: {
    course_id: string
    /** From the best letter to the worst. */
    letters: JSONColumnType<StoredLetter[], string, string>
    updated_at: string
    version: Generated<number>
  }
  grade_category: {
    id: string
    course_id: string
    title: string
    /** Null: the category only groups items. As soon as one category of a course has a weight, weights decide. */
    weight: Decimal | null
    /** How many of the lowest grades of each student do not count. */
    drop_lowest: Generated<number>
    created_at: string
    updated_at: string
    version: Generated<number>
  }
  /** What students are graded on: a column of the gradebook. */
  grade_item: {
    id: string
    course_id: string
    category_id: string | null
    source: GradeSource
    /** The quiz or assignment; of a manual item its own id. */
    source_id: string
    title: string
    points_possible: Decimal
    /** Adds to what a student has, not to what can be had. */
    is_extra_credit: boolean
    /** Students see its grades, and their totals contain them. */
    is_released: boolean
    created_at: string
    updated_at: string
    /** Set while its quiz or assignment is not graded any more; then it counts nowhere. */
    removed_at: string | null
    version: Generated<number>
  }
  /** What a student has for an item. No row: nothing yet. */
  grade: {
    enrollment_id: string
    item_id: string
    /** Earned, before the late penalty; null: not graded. */
    points: Decimal | null
    /** Points to take off for being late. */
    late_penalty: Generated<Decimal>
    /** Set by staff; counts instead of what was earned, until removed. */
    override_points: Decimal | null
    /** The item counts neither as earned nor as possible. */
    is_excused: Generated<boolean>
    graded_at: string | null
    updated_at: string
    /** 0 until something was written, so that a grade that is not there yet has a version, too. */
    version: Generated<number>
  }
  /** What happened to a grade; only ever added to. */
  grade_event: {
    id: string
    enrollment_id: string
    item_id: string
    event: 'graded' | 'cleared' | 'overridden' | 'override-removed' | 'excused' | 'excuse-removed'
    occurred_at: string
    /** Null: the system. */
    actor_id: string | null
    reason: string
    /** Null: there was no grade yet. */
    values_before: JSONColumnType<GradeValues | null, string | null, string | null>
    values_after: JSONColumnType<GradeValues, string, string>
  }
}
