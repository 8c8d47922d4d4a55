import { styleText } from 'node:util'
import { type Status, statuses } from './check.ts'
import type { Result } from './examine.ts'

const marks: Readonly<Record<Status, string>> = { ok: '✓', warn: '!', fail: '✗', skipped: '-' }
const colors = { ok: 'green', warn: 'yellow', fail: 'red', skipped: 'gray' } as const

export interface ReportOptions {
  readonly color: boolean
  /** Whether checks that could not run have a line each; otherwise those of one reason share one. */
  readonly showsSkipped: boolean
}

/** For people: a line for every check, and at the end, where the eye is, what is wrong and what to do. */
export function reportText(results: readonly Result[], { color, showsSkipped }: ReportOptions): string {
  const paint = (status: Status, text: string) =>
    color ? styleText(colors[status], text, { validateStream: false }) : text
  const width = Math.max(...results.map(({ id }) => id.length))
  const lines = results
    .filter(({ status }) => showsSkipped || status !== 'skipped')
    .map(({ id, status, found }) => `${paint(status, `${marks[status]} ${id.padEnd(width)}`)}  ${found}`)
  const passedOver = showsSkipped ? [] : skippedLines(results).map((line) => paint('skipped', line))
  const problems = [...ended(results, 'warn'), ...ended(results, 'fail')]
  const advice = problems.map(
    ({ id, status, found, meaning, fix }) =>
      `\n${paint(status, `${marks[status]} ${id}`)}: ${found}\n  ${meaning}\n  → ${fix}`,
  )
  return `${[...lines, ...passedOver, ...advice].join('\n')}\n\n${summary(results)}\n`
}

/** How many checks ended how: `41 ok, 2 warn, 0 fail, 9 skipped`. */
export function countsOf(results: readonly Result[]): Record<Status, number> {
  return Object.fromEntries(statuses.map((status) => [status, ended(results, status).length])) as Record<Status, number>
}

function ended(results: readonly Result[], status: Status): Result[] {
  return results.filter((result) => result.status === status)
}

/** `- 8 skipped: REDIS_URL is empty (redis)`, a line for each reason. */
function skippedLines(results: readonly Result[]): string[] {
  const byReason = Map.groupBy(ended(results, 'skipped'), ({ found }) => found)
  return [...byReason].map(([reason, group]) => {
    const who = group.length === 1 ? group.map(({ id }) => id) : new Set(group.map(({ id }) => id.split('.')[0]))
    return `- ${group.length} skipped: ${reason} (${[...who].join(', ')})`
  })
}

function summary(results: readonly Result[]): string {
  const counts = countsOf(results)
  const told = statuses.map((status) => `${counts[status]} ${status}`).join(', ')
  return `${results.length} checks: ${told}.`
}
