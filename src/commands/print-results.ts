import type { Result } from '../doctor/examine.ts'
import { countsOf, reportText } from '../doctor/report-text.ts'

/** Prints what checks found, as JSON or for people; returns the exit code: 1 when one has failed. */
export function printResults(
  results: readonly Result[],
  { json = false, showsSkipped }: { readonly json?: boolean | undefined; readonly showsSkipped: boolean },
): number {
  const counts = countsOf(results)
  const status = counts.fail > 0 ? 'fail' : counts.warn > 0 ? 'warn' : 'ok'
  process.stdout.write(
    json
      ? `${JSON.stringify({ status, counts, checks: results }, null, 2)}\n`
      : reportText(results, { color: process.stdout.isTTY === true && !process.env.NO_COLOR, showsSkipped }),
  )
  return counts.fail > 0 ? 1 : 0
}
