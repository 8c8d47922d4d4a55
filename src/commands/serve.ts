import { announceApi } from './announcement.ts'
import { runUntilStopped } from './run-until-stopped.ts'

/** Serves the API until SIGINT or SIGTERM, then stops in order. */
export function serveUntilStopped(): Promise<number> {
  return runUntilStopped('serve', announceApi)
}
