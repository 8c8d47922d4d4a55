import { createCompleting } from './completing.ts'
import type { ProgressDeps } from './deps.ts'
import { createRecomputing } from './recomputing.ts'
import { createReporting } from './reporting.ts'
import { createSettling } from './settling.ts'

export type Progress = ReturnType<typeof createProgress>

/** All that can be done with progress; each part is a file of its own. */
export function createProgress(deps: ProgressDeps) {
  const settling = createSettling(deps)
  return {
    ...createCompleting(deps, settling),
    ...createReporting(deps),
    ...createRecomputing(settling),
    /** Makes or refreshes the stored progress of enrollments that begin or come back. */
    async keepProgress(...request: Parameters<typeof settling.settle>): Promise<void> {
      await settling.settle(...request)
    },
  }
}
