import { announceApi } from './announcement.ts'
import { runUntilStopped } from './run-until-stopped.ts'

/** Runs jobs until SIGINT or SIGTERM, then lets those that run finish. */
export function workUntilStopped(): Promise<number> {
  return runUntilStopped('work', ({ address }) => `The worker is ready; health and metrics on ${address}`)
}

/** Serves the API and runs jobs in one process, until SIGINT or SIGTERM. */
export function serveAndWorkUntilStopped(): Promise<number> {
  return runUntilStopped('all', announceApi)
}
