import { createChanging } from './changing.ts'
import type { EnrollmentsDeps } from './deps.ts'
import { createEnrolling } from './enrolling.ts'
import { createReading } from './reading.ts'

export type Enrollments = ReturnType<typeof createEnrollments>

/** All that can be done with enrollments; each part is a file of its own. */
export function createEnrollments(deps: EnrollmentsDeps) {
  return { ...createEnrolling(deps), ...createChanging(deps), ...createReading(deps) }
}
