import { cpus, totalmem } from 'node:os'
import type { Deployed } from './deploying.ts'
import { docker, run } from './docker.ts'
import { around, countFailed, failuresOf, percentile, requestsOf } from './load/figures.ts'
import type { Sample } from './load/load.ts'

const ADDED_P99_MS = 250
const WAY_BACK_SECONDS = 10

/** A deploy, or a way back (whose name begins with “rollback”). */
export interface Change extends Deployed {
  readonly name: string
}

/** What the load saw of these changes: a report in Markdown, and whether all of it is as it must be. */
export async function judge(
  changes: readonly Change[],
  samples: readonly Sample[],
  rate: number,
  isProxyTheSame: boolean,
) {
  const requests = requestsOf(samples)
  const switches = changes.flatMap(({ switchedAt }) => switchedAt ?? [])
  const failures = failuresOf(samples, (at) => phaseOf(changes, at))
  const failed = countFailed(samples)
  const inSwitches = around(requests, switches)
  const quiet = requests.filter(({ dueAt }) => phaseOf(changes, dueAt) === BETWEEN)
  const busy = requests.filter(({ dueAt }) => phaseOf(changes, dueAt) !== BETWEEN)
  const [p99, p99Switching] = [percentile(quiet, 0.99), percentile(inSwitches, 0.99)]
  const wayBack = changes
    .filter(({ name }) => name.startsWith('rollback'))
    .map(({ secondsToSwitch }) => secondsToSwitch ?? Number.POSITIVE_INFINITY)
  const held = samples.length - requests.length
  const unsuccessful = changes.filter(({ code }) => code !== 0)
  const verdicts = {
    'no request failed': failed === 0,
    'every deploy and rollback succeeded': unsuccessful.length === 0,
    'Caddy never restarted': isProxyTheSame,
    [`a switch adds less than ${ADDED_P99_MS} ms to p99`]: p99Switching - p99 < ADDED_P99_MS,
    [`the way back takes less than ${WAY_BACK_SECONDS} s`]: wayBack.every((seconds) => seconds < WAY_BACK_SECONDS),
  }
  const report = `# Deploys under load

Made by \`npm run prove:deploys\` on ${new Date().toISOString().slice(0, 10)}: the production stack (Caddy, two API processes and two workers of each colour, PostgreSQL, Redis) and the load itself share one machine with ${cpus().length} processors and ${Math.round(totalmem() / 2 ** 30)} GB; Docker ${await version()}, Node ${process.version}.

Open loop, ${rate} requests a second through Caddy with TLS: half GET, half POST with bodies (two fifths of those write a course of 2 kB); of eleven clients four speak HTTP/1.1 and four HTTP/2 nearby, two HTTP/1.1 and one HTTP/2 at a distance of 50 ms. Beside them three uploads and two downloads of 24 MB are always on the way, for six seconds each (the API has no event streams). No client ever tries again; latency counts from the moment a request was due.

| | |
|---|---|
| deploys, rollbacks | ${changes.length - wayBack.length}, ${wayBack.length}; unsuccessful: ${unsuccessful.length} |
| requests | ${requests.length} |
| held uploads and downloads | ${held} |
| **failed** | **${failed}** |
| Caddy restarted | ${isProxyTheSame ? 'never' : 'yes'} |
| p50, p99, longest while no deploy runs | ${percentile(quiet, 0.5)}, ${p99}, ${percentile(quiet, 1)} ms |
| p50, p99, longest while one runs | ${percentile(busy, 0.5)}, ${percentile(busy, 0.99)}, ${percentile(busy, 1)} ms |
| p50, p99, longest from 0.5 s before to 5 s after a switch | ${percentile(inSwitches, 0.5)}, ${p99Switching}, ${percentile(inSwitches, 1)} ms |
| seconds of one deploy, median and longest | ${medianAndLongest(changes.filter(({ name }) => name.startsWith('deploy')).map(({ seconds }) => seconds))} |
| seconds from the command to the first request on the old release | ${medianAndLongest(wayBack)} |

${Object.entries(verdicts)
  .map(([promise, isKept]) => `- ${isKept ? 'kept' : '**broken**'}: ${promise}`)
  .join('\n')}

Median seconds of the steps of a deploy: ${medianSteps(changes.filter(({ name }) => name.startsWith('deploy')))}.

Zero failures in so many requests does not prove a rate of zero: by the rule of three it is below ${((3 / Math.max(1, requests.length)) * 100).toFixed(4)} % with 95 % confidence.
${failures.length > 0 ? `\n## Failures\n\n${failures.map((line) => `- ${line}`).join('\n')}\n` : ''}`
  return { isGood: Object.values(verdicts).every(Boolean), report }
}

const BETWEEN = 'between deploys'

/** What ran at that moment: the step of a change, or nothing. */
function phaseOf(changes: readonly Change[], at: number): string {
  for (const { name, steps } of changes) {
    const last = steps.findLast((step) => step.at <= at)
    if (last && last.name !== 'end') return `at the step ${last.name} of ${name}`
  }
  return BETWEEN
}

function medianSteps(deploys: readonly Change[]): string {
  const seconds = new Map<string, number[]>()
  for (const { steps } of deploys)
    steps.forEach(({ name, at }, index) => {
      const next = steps[index + 1]
      if (next) seconds.set(name, [...(seconds.get(name) ?? []), (next.at - at) / 1000])
    })
  return [...seconds].map(([name, all]) => `${name} ${median(all).toFixed(1)}`).join(', ')
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

function medianAndLongest(seconds: readonly number[]): string {
  return seconds.length === 0 ? '–' : `${median(seconds).toFixed(1)}, ${Math.max(...seconds).toFixed(1)}`
}

/** Differs when the container was made anew or restarted. */
export async function startOf(container: string): Promise<string> {
  return docker(['inspect', '--format', '{{.Id}} {{.State.StartedAt}} {{.RestartCount}}', container])
}

async function version(): Promise<string> {
  return (await run('docker', ['version', '--format', '{{.Server.Version}}'])).stdout.trim()
}
