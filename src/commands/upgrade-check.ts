import { parseArgs } from 'node:util'
import { diagnose } from '../doctor/diagnosis.ts'
import { upgradeChecks } from '../upgrade/upgrade-checks.ts'
import { printResults } from './print-results.ts'

export const upgradeCheckHelp = `Usage: node src/main.ts upgrade-check [--json] [--url URL]

What the next start of this release would meet, before it starts: settings that are invalid, missing or of another
release, pending migrations and whether they only expand, the release that serves now, the age of the last good backup,
room for one, Node. It changes nothing. Run it with the new release and the present .env.

  --json       for machines: { "status", "counts", "checks": [{ "id", "status", "found", "meaning", "fix" }] }
  --url URL    where the present release answers; default http://127.0.0.1:PORT

Exit code 0: go ahead (there may be warnings); 1: something has to be put right first; 2: wrong usage.
`

const TIMEOUT_MS = 10_000

/** Says what an upgrade to this release would meet; exit code 1 when it must not begin. */
export async function checkUpgrade(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' }, url: { type: 'string' } } })
  const url = values.url ?? `http://127.0.0.1:${process.env.PORT || 8000}`
  const results = await diagnose(
    process.env,
    TIMEOUT_MS,
    upgradeChecks(() => askRelease(url)),
  )
  return printResults(results, { json: values.json, showsSkipped: false })
}

async function askRelease(url: string): Promise<string | null> {
  const answer = await fetch(`${url}/api/v1/health`, { signal: AbortSignal.timeout(TIMEOUT_MS / 2) })
  const { release } = (await answer.json()) as { release?: unknown }
  return typeof release === 'string' ? release : null
}
