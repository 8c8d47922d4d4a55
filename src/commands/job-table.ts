import type { JobSummary } from '#platform/jobs/operations.ts'

interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
}

const NARROWEST_ERROR = 20

/** One line per job; on a terminal the error is cut to fit, in a pipe it is whole. */
export function jobTable(jobs: readonly JobSummary[], now: Date, screen: Screen): string {
  const head = ['ID', 'JOB', 'STATE', 'ATTEMPTS', 'SINCE', 'LAST ERROR']
  const rows = jobs.map((job) => [
    job.id,
    job.name,
    job.state,
    String(job.attempts),
    describeTime(job.died_at ?? job.run_at, now),
    job.last_error?.replaceAll('\n', ' | ') ?? '',
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0)
  const errorWidth = screen.isTTY
    ? Math.max(NARROWEST_ERROR, (screen.columns ?? 80) - before)
    : Number.POSITIVE_INFINITY
  return [head, ...rows].map((row) => `${toLine(row, widths, errorWidth)}\n`).join('')
}

function toLine(row: readonly string[], widths: readonly number[], errorWidth: number): string {
  const error = row.at(-1) ?? ''
  const shown = error.length > errorWidth ? `${error.slice(0, errorWidth - 1)}…` : error
  const cells = row.slice(0, -1).map((cell, column) => cell.padEnd(widths[column] ?? 0))
  return [...cells, shown].join('  ').trimEnd()
}

const units: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
]

/** `3 h ago`, `in 20 s`: in the largest unit that fits. */
function describeTime(time: string, now: Date): string {
  const seconds = Math.round((now.getTime() - Date.parse(time)) / 1000)
  const [size, name] = units.find(([unit]) => Math.abs(seconds) >= unit) ?? [1, 's']
  const amount = `${Math.floor(Math.abs(seconds) / size)} ${name}`
  return seconds >= 0 ? `${amount} ago` : `in ${amount}`
}
