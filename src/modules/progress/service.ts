import { counter } from '#platform/metrics/metrics.ts'
import { createCompleting } from './completing.ts'
import { createDashboard } from './dashboard.ts'
import type { ProgressDeps } from './deps.ts'
import { createHeartbeats } from './heartbeats.ts'
import { lessonsCompletedTotal } from './metrics.ts'
import { createRecomputing } from './recomputing.ts'
import { createReporting } from './reporting.ts'
import { createSettling } from './settling.ts'

export type Progress = ReturnType<typeof createProgress>

/** All that can be done with progress; each part is a file of its own. */
export function createProgress(deps: ProgressDeps) {
  const settling = createSettling(deps)
  const countLesson = counter(deps.metrics, lessonsCompletedTotal)
  return {
    ...createCompleting(deps, settling, countLesson),
    ...createHeartbeats(deps, settling, countLesson),
    ...createReporting(deps),
    ...createRecomputing(settling),
    ...createDashboard(deps),
    /** Makes or refreshes the stored progress of enrollments that begin or come back. */
    async keepProgress(...request: Parameters<typeof settling.settle>): Promise<void> {
      await settling.settle(...request)
    },
  }
}
