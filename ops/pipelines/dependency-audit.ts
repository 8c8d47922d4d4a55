import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const help = `Usage: node ops/pipelines/dependency-audit.ts [--directory DIR] [--exceptions FILE]

Asks the registry about every package of package-lock.json and fails on any known vulnerability that has no valid
exception. An exception names the advisory, says why it does not concern us, and expires after at most 90 days:

  [{ "advisory": "GHSA-xxxx-xxxx-xxxx", "package": "name", "reason": "...", "expires": "2027-01-31" }]

Exit code 0: nothing known; 1: vulnerabilities, or an exception that is expired, too long or not needed any more; 2: the
registry did not answer, so nothing is known.
`

const EXCEPTION_MAX_DAYS = 90
const DAY_MS = 86_400_000

interface Exception {
  readonly advisory: string
  readonly package: string
  readonly reason: string
  /** A day, UTC. */
  readonly expires: string
}

/** The part of `npm audit --json` (report version 2) that we read. */
interface Report {
  readonly vulnerabilities?: Record<string, { severity: string; via: (string | Advisory)[] }>
  readonly error?: { summary?: string }
  readonly message?: string
}

interface Advisory {
  readonly name: string
  readonly title: string
  readonly url: string
  readonly severity: string
  readonly range: string
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      directory: { type: 'string', default: join(import.meta.dirname, '../..') },
      exceptions: { type: 'string', default: join(import.meta.dirname, 'audit-exceptions.json') },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const report = await audit(values.directory)
  if (!report.vulnerabilities) {
    process.stderr.write(
      `The registry said nothing about our dependencies: ${report.error?.summary || report.message || 'no answer'}\n`,
    )
    return 2
  }
  const exceptions: Exception[] = JSON.parse(readFileSync(values.exceptions, 'utf8'))
  const advisories = advisoriesOf(report.vulnerabilities)
  const complaints = [
    ...exceptions.flatMap((exception) => [...complaintsAbout(exception, advisories)]),
    ...advisories.filter((advisory) => !exceptions.some((one) => covers(one, advisory))).map(describe),
  ]
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`)
  if (complaints.length === 0) {
    process.stdout.write(`No known vulnerability in the dependencies (${exceptions.length} exceptions).\n`)
  }
  return complaints.length === 0 ? 0 : 1
}

/** npm ends with 1 when it finds something, so its exit code says nothing. */
function audit(directory: string): Promise<Report> {
  const args = ['audit', '--json', '--package-lock-only', '--audit=true']
  return new Promise((resolve) => {
    execFile('npm', args, { cwd: directory, maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      try {
        resolve(JSON.parse(stdout))
      } catch {
        resolve({ message: error?.message.split('\n')[0] ?? 'npm audit answered without JSON' })
      }
    })
  })
}

function advisoriesOf(vulnerabilities: NonNullable<Report['vulnerabilities']>): Advisory[] {
  const all = Object.values(vulnerabilities).flatMap(({ via }) => via.filter((one) => typeof one !== 'string'))
  return [...new Map(all.map((advisory) => [`${advisory.url} ${advisory.name}`, advisory])).values()]
}

const idOf = ({ url }: Advisory): string => url.split('/').at(-1) ?? url

const covers = (exception: Exception, advisory: Advisory): boolean =>
  exception.advisory === idOf(advisory) && exception.package === advisory.name

const describe = (advisory: Advisory): string =>
  `${advisory.severity}: ${advisory.name} ${advisory.range}: ${advisory.title} (${advisory.url})`

function* complaintsAbout(exception: Exception, advisories: Advisory[]): Generator<string> {
  const name = `The exception ${exception.advisory} of ${exception.package}`
  const days = (Date.parse(exception.expires) - Date.now()) / DAY_MS
  if (!exception.reason?.trim()) yield `${name} gives no reason.`
  if (!(days > 0)) yield `${name} expired on ${exception.expires}: update the package, or judge anew.`
  if (days > EXCEPTION_MAX_DAYS) yield `${name} lasts longer than ${EXCEPTION_MAX_DAYS} days.`
  if (!advisories.some((advisory) => covers(exception, advisory))) yield `${name} is not needed any more: remove it.`
}

process.exitCode = await main()
