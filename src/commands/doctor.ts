import { parseArgs } from 'node:util'
import { diagnose } from '../doctor/diagnosis.ts'
import { printResults } from './print-results.ts'

const TIMEOUT_SECONDS = 5

export const doctorHelp = `Usage: node src/main.ts doctor [--json | --skipped] [--only AREA] [--timeout SECONDS]

Checks the configuration and everything it names: database, Redis, jobs, mail, storage, secrets, administrators, name and
certificate of the site, this machine. It changes nothing, and prints no secret. For every problem it says how to fix it.

  --json             for machines: { "status", "counts", "checks": [{ "id", "status", "found", "meaning", "fix" }] }
  --skipped          shows each check that could not run, and why
  --only AREA        shows one area, such as database, redis, queue, mail, domain
  --timeout SECONDS  how long each check may take; default ${TIMEOUT_SECONDS}

Exit code 0: no check failed (there may be warnings); 1: at least one failed; 2: wrong usage.
docs/operations/doctor.md lists all checks.
`

/** Examines the product and says what is wrong with it; exit code 1 when something is. */
export async function runDoctor(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      skipped: { type: 'boolean', default: false },
      only: { type: 'string' },
      timeout: { type: 'string', default: String(TIMEOUT_SECONDS) },
    },
  })
  const seconds = Number(values.timeout)
  if (!(seconds > 0 && seconds <= 600)) {
    process.stderr.write(doctorHelp)
    return 2
  }
  const all = await diagnose(process.env, seconds * 1000)
  const results = values.only === undefined ? all : all.filter(({ id }) => id.startsWith(`${values.only}.`))
  if (results.length === 0) {
    process.stderr.write(`There is no area “${values.only}”: ${areasOf(all).join(', ')}.\n`)
    return 2
  }
  return printResults(results, { json: values.json, showsSkipped: values.skipped })
}

function areasOf(results: readonly { readonly id: string }[]): string[] {
  return [...new Set(results.map(({ id }) => id.slice(0, id.indexOf('.'))))]
}
