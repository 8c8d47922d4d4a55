import { formatDecimal } from '#platform/decimal/decimal.ts'
import type { NamedAccommodation } from './queries.ts'
import type { AccommodationView } from './schemas.ts'

export function toView(row: NamedAccommodation): AccommodationView {
  return {
    courseId: row.course_id,
    lessonId: row.lesson_id,
    user: { id: row.user_id, fullName: row.full_name, email: row.email },
    timeFactor: row.time_factor === null ? null : formatDecimal(row.time_factor),
    extraMinutes: row.extra_minutes,
    extraDays: row.extra_days,
    opens: row.opens,
    due: row.due,
    closes: row.closes,
    reason: row.reason,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}
