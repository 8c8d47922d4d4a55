import { cpus, totalmem } from 'node:os'
import type { Deployed } from './deploying.ts'
import { docker, run } from './docker.ts'
import { around, failuresOf, percentile, requestsOf } from './load/figures.ts'
import type { Sample } from './load/load.ts'

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
  const failures = failuresOf(samples)
  const failed = samples.filter(({ failure }) => failure !== undefined).length
  const inSwitches = around(requests, switches)
  const switching = new Set(inSwitches)
  const quiet = requests.filter((sample) => !switching.has(sample))
  const [p99, p99Switching] = [percentile(quiet, 0.99), percentile(inSwitches, 0.99)]
  const wayBack = changes
    .filter(({ name }) => name.startsWith('rollback'))
    .map(({ secondsToSwitch }) => secondsToSwitch ?? Number.POSITIVE_INFINITY)
  const uploads = samples.length - requests.length
  const unsuccessful = changes.filter(({ code }) => code !== 0)
  const isGood = failed === 0 && unsuccessful.length === 0 && isProxyTheSame && p99Switching - p99 < 250
  const report = `# Deploys under load

Made by \`npm run prove:deploys\` on ${new Date().toISOString().slice(0, 10)}: the production stack (Caddy, two API processes and two workers of each colour, PostgreSQL, Redis) and the load itself share one machine with ${cpus().length} processors and ${Math.round(totalmem() / 2 ** 30)} GB; Docker ${await version()}, Node ${process.version}.

Open loop, ${rate} requests a second through Caddy with TLS: half GET, half POST with bodies (two fifths of those write a course of 2 kB); of eleven clients four speak HTTP/1.1 and four HTTP/2 nearby, two HTTP/1.1 and one HTTP/2 at a distance of 50 ms. Beside them four uploads are always on the way, for six seconds each. No client ever tries again; latency counts from the moment a request was due.

| | |
|---|---|
| deploys, rollbacks | ${changes.length - wayBack.length}, ${wayBack.length}; unsuccessful: ${unsuccessful.length} |
| requests | ${requests.length} |
| held uploads | ${uploads} |
| **failed** | **${failed}** |
| Caddy restarted | ${isProxyTheSame ? 'never' : 'yes'} |
| p50, p99, longest outside of switches | ${percentile(quiet, 0.5)}, ${p99}, ${percentile(quiet, 1)} ms |
| p50, p99, longest from 0.5 s before to 5 s after a switch | ${percentile(inSwitches, 0.5)}, ${p99Switching}, ${percentile(inSwitches, 1)} ms |
| seconds of one deploy, median and longest | ${medianAndLongest(changes.filter(({ name }) => name.startsWith('deploy')).map(({ seconds }) => seconds))} |
| seconds from the command to the first request on the old release | ${medianAndLongest(wayBack)} |

Zero failures in so many requests does not prove a rate of zero: by the rule of three it is below ${((3 / Math.max(1, requests.length)) * 100).toFixed(4)} % with 95 % confidence.
${failures.length > 0 ? `\n## Failures\n\n${failures.map(([name, count]) => `- ${count} × ${name}`).join('\n')}\n` : ''}`
  return { isGood, report, addedMs: p99Switching - p99 }
}

function medianAndLongest(seconds: readonly number[]): string {
  const sorted = [...seconds].sort((a, b) => a - b)
  return `${sorted[Math.floor(sorted.length / 2)]?.toFixed(1)}, ${sorted.at(-1)?.toFixed(1)}`
}

/** Differs when the container was made anew or restarted. */
export async function startOf(container: string): Promise<string> {
  return docker(['inspect', '--format', '{{.Id}} {{.State.StartedAt}} {{.RestartCount}}', container])
}

async function version(): Promise<string> {
  return (await run('docker', ['version', '--format', '{{.Server.Version}}'])).stdout.trim()
}
