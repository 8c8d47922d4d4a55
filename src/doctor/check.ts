import type { Patient } from './patient.ts'

export const statuses = ['ok', 'warn', 'fail', 'skipped'] as const
export type Status = (typeof statuses)[number]

/** What one check saw. Of a secret it holds at most the name. */
export interface Finding {
  readonly status: Status
  /** One line: what was found; of a skipped check why it could not run. */
  readonly found: string
}

export interface Check {
  /** `area.what`; never changes, so that scripts can rely on it. */
  readonly id: `${string}.${string}`
  /** What must be the case, and what happens otherwise. */
  readonly meaning: string
  /** What to do when it is not the case: commands where there are any. */
  readonly fix: string
  /** Without that check being passed this one cannot run: it is skipped, and says so. */
  readonly needs?: string
  readonly look: (patient: Patient) => Finding | Promise<Finding>
}

export const ok = (found: string): Finding => ({ status: 'ok', found })
export const warn = (found: string): Finding => ({ status: 'warn', found })
export const fail = (found: string): Finding => ({ status: 'fail', found })
export const skipped = (reason: string): Finding => ({ status: 'skipped', found: reason })

/** `ok` when `isFine`, otherwise what `problem` says, with the same words about what was found. */
export function expect(isFine: boolean, found: string, problem: (found: string) => Finding = fail): Finding {
  return isFine ? ok(found) : problem(found)
}

/** For a measure of which more is worse: fails from `failFrom` on, warns from `warnFrom` on. */
export function atMost(value: number, warnFrom: number, failFrom: number, found: string): Finding {
  if (value >= failFrom) return fail(found)
  return expect(value < warnFrom, found, warn)
}
