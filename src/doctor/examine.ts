import { reasonOf } from '../start-error.ts'
import { type Check, type Finding, skipped } from './check.ts'
import type { Patient } from './patient.ts'
import type { Redaction } from './redaction.ts'

export interface Result extends Finding {
  readonly id: string
  readonly meaning: string
  readonly fix: string
}

export interface Examination {
  readonly timeoutMs: number
  /** Applied to everything that was found: what a server says in an error may hold an address with a password. */
  readonly redact: Redaction
}

/**
 * Runs all checks at the same time and gives each `timeoutMs` from the moment the check that it needs has passed. Never
 * rejects: a check that throws has failed, for that reason. In the order of `checks`.
 */
export function examine(checks: readonly Check[], patient: Patient, options: Examination): Promise<Result[]> {
  const known = new Map<string, Promise<Result>>()

  function resultOf(check: Check): Promise<Result> {
    const result = known.get(check.id) ?? perform(check)
    known.set(check.id, result)
    return result
  }

  async function perform(check: Check): Promise<Result> {
    const finding = (await obstacleOf(check)) ?? (await lookInTime(check, patient, options.timeoutMs))
    const { id, meaning, fix } = check
    return { id, status: finding.status, found: options.redact(oneLine(finding.found)), meaning, fix }
  }

  async function obstacleOf({ needs }: Check): Promise<Finding | undefined> {
    if (needs === undefined) return undefined
    const needed = checks.find(({ id }) => id === needs)
    if (!needed) throw new Error(`There is no check ${needs}`)
    const { status, found } = await resultOf(needed)
    if (status === 'fail') return skipped(`${needs} failed`)
    return status === 'skipped' ? skipped(found) : undefined
  }

  return Promise.all(checks.map(resultOf))
}

async function lookInTime({ look }: Check, patient: Patient, timeoutMs: number): Promise<Finding> {
  const { promise, resolve } = Promise.withResolvers<Finding>()
  const seconds = timeoutMs / 1000
  const timer = setTimeout(() => resolve({ status: 'fail', found: `no answer within ${seconds} s` }), timeoutMs)
  try {
    return await Promise.race([promise, look(patient)])
  } catch (error) {
    return { status: 'fail', found: reasonOf(error) }
  } finally {
    clearTimeout(timer)
  }
}

const oneLine = (text: string) => text.replaceAll(/\s*\n\s*/g, ' | ').trim()
