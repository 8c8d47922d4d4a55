const FIRST_PAUSE_SECONDS = 2
const LONGEST_PAUSE_SECONDS = 3600

/**
 * Seconds before the next attempt, after `attempt` failed: doubling from 2 s to an hour, less up to half at random, so
 * that jobs that failed together do not come back together.
 */
export function pauseSeconds(attempt: number, random: () => number = Math.random): number {
  const pause = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
  return pause * (1 - random() / 2)
}
