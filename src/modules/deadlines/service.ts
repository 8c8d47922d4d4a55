import type { DeadlinesDeps } from './deps.ts'
import { createGranting } from './granting.ts'
import { createReading } from './reading.ts'

export type Deadlines = ReturnType<typeof createDeadlines>

/** All that can be done with deadlines and accommodations through the API. */
export function createDeadlines(deps: DeadlinesDeps) {
  return { ...createGranting(deps), ...createReading(deps) }
}
