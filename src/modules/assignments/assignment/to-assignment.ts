import type { LessonRow } from '#modules/courses/index.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import type { AssignmentRow } from './queries.ts'
import type { Assignment } from './schemas.ts'

/** `showsSource`: staff also get the instructions as they were written. */
export function toAssignment(
  row: AssignmentRow,
  lesson: Pick<LessonRow, 'title'>,
  toHtml: (markdown: string) => string,
  { showsSource }: { showsSource: boolean },
): Assignment {
  return {
    lessonId: row.lesson_id,
    courseId: row.course_id,
    title: lesson.title,
    instructionsHtml: toHtml(row.instructions),
    ...(showsSource && { instructions: row.instructions }),
    pointsPossible: formatDecimal(row.points_possible),
    passPoints: formatOrNull(row.pass_points),
    acceptsText: row.accepts_text,
    filesMax: row.files_max,
    timeZone: row.time_zone,
    opens: row.opens,
    due: row.due,
    closes: row.closes,
    graceSeconds: row.grace_seconds,
    latePolicy: row.late_policy,
    latePercentPerDay: formatOrNull(row.late_percent_per_day),
    latePercentMax: formatOrNull(row.late_percent_max),
    releasesAtOnce: row.releases_at_once,
    rubric: row.rubric === null ? null : row.rubric.map(({ levels, ...one }) => ({ ...one, levels: [...levels] })),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function formatOrNull(value: number | null): string | null {
  return value === null ? null : formatDecimal(value)
}
