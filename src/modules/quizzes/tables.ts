import type { Generated, JSONColumnType } from 'kysely'

export interface QuizzesDatabase {
  quiz: {
    id: string
    course_id: string
    /** A lesson of type `quiz`; one quiz each. */
    lesson_id: string
    title: string
    /** Markdown. */
    instructions: string
    mode: 'practice' | 'graded'
    /** Where the moments `opens` and `closes` are meant; they are kept as written. */
    time_zone: string
    opens: string | null
    closes: string | null
    time_limit_seconds: number | null
    /** How long after the deadline answers that are on their way are accepted. */
    grace_seconds: number
    /** Null: any number. */
    attempts_allowed: number | null
    /** Decimal; null: handing in is enough. */
    passing_percent: number | null
    /** Which attempts make the grade. */
    attempts_count: 'best' | 'last' | 'average'
    shuffle_questions: boolean
    results_show: 'nothing' | 'score' | 'answers' | 'solutions'
    results_when: 'immediately' | 'after-close' | 'never'
    created_at: string
    updated_at: string
    version: Generated<number>
  }
  /** What a quiz asks: a question, or `draw_count` drawn from a bank. */
  quiz_item: {
    quiz_id: string
    position: number
    question_id: string | null
    bank_id: string | null
    /** Draws only questions with this tag. */
    tag: string | null
    draw_count: number | null
    /** Decimal, for each question. */
    points: number
  }
  attempt: {
    id: string
    quiz_id: string
    enrollment_id: string
    student_id: string
    /** Of this student in this quiz, from 1. */
    number: number
    status: 'open' | 'awaiting-grading' | 'graded'
    /** Decides the draw and every order. */
    seed: string
    started_at: string
    /** Null: nothing ends it. */
    deadline_at: string | null
    /** The deadline with its grace. */
    accepted_until: string | null
    /** That of the quiz when the attempt began. */
    passing_percent: number | null
    points_possible: number
    submitted_at: string | null
    submitted_by: 'student' | 'deadline' | 'staff' | null
    graded_at: string | null
    /** Null until everything is graded. */
    points: number | null
    is_passed: boolean | null
    version: Generated<number>
  }
  /** One question of an attempt with its answer; made when the attempt begins, and never more or fewer. */
  attempt_answer: {
    attempt_id: string
    /** From 1, in the order the student sees. */
    position: number
    /** As in `attempt`, like the times below: a save looks at this row only. */
    student_id: string
    question_id: string
    question_version_id: string
    points_possible: number
    is_open: boolean
    deadline_at: string | null
    accepted_until: string | null
    answer: JSONColumnType<object | null, string | null, string | null>
    /** Of the answer that is stored, from the client; 0: none was saved. */
    sequence: Generated<number>
    digest: string | null
    saved_at: string | null
    /** Null: not graded. */
    points: number | null
    is_correct: boolean | null
    /** Of whoever graded it by hand, like the next two; null: the computer. */
    feedback: string | null
    graded_at: string | null
    graded_by: string | null
  }
  /** The journal of an attempt; only ever added to. */
  attempt_event: {
    id: string
    attempt_id: string
    event: 'started' | 'resumed' | 'saved' | 'submitted' | 'graded' | 'reopened' | 'extended'
    occurred_at: string
    /** Null: the system. */
    actor_id: string | null
    /** Of a saved answer, like the next two. */
    position: number | null
    sequence: number | null
    digest: string | null
    details: JSONColumnType<Record<string, unknown> | null, string | null, string | null>
  }
  /** Attempts that staff granted one student beyond those that the quiz allows. */
  extra_attempt: {
    id: string
    quiz_id: string
    enrollment_id: string
    attempts: number
    reason: string
    granted_by: string
    granted_at: string
  }
  /** A decision by which key the answers to a question of a quiz are graded; the latest of a question counts. */
  regrade: {
    id: string
    quiz_id: string
    question_id: string
    rule: 'key' | 'best-of-both' | 'full-points'
    /** Null: everybody gets the points. */
    key_version_id: string | null
    /** Answers to later versions are graded by their own key. */
    up_to_number: number
    reason: string
    created_at: string
    created_by: string
    /** Null while its job still goes through the attempts. */
    finished_at: string | null
    changed_answers: Generated<number>
  }
  /** What an answer earned, each time a person or a regrade decided it anew; only ever added to. */
  answer_grade: {
    id: string
    attempt_id: string
    position: number
    points_before: number | null
    points_after: number
    feedback: string | null
    /** Null: graded by hand. */
    regrade_id: string | null
    graded_at: string
    graded_by: string
  }
}
