import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { type Deployed, deployTimed } from './deploying.ts'
import { docker, run } from './docker.ts'
import { around, failuresOf, percentile, requestsOf } from './load/figures.ts'
import { type Sample, startLoad } from './load/load.ts'
import { createSite } from './site.ts'

const help = `Usage: node tests/stack/prove-deploys.ts [--deploys N] [--rollbacks N] [--rate N] [--report FILE]

Deploys again and again on a real stack under load, and reports every request that failed. Needs what test:stack needs.

  --deploys N     how many deploys; default 20
  --rollbacks N   how many of them are followed by a way back; default 5
  --rate N        requests a second; default 300
  --report FILE   writes the report there; default: the screen

Exit code 0: no request failed, every deploy succeeded, and p99 rose by less than 250 ms; 1: otherwise.
`

interface Change extends Deployed {
  readonly name: string
}

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      deploys: { type: 'string', default: '20' },
      rollbacks: { type: 'string', default: '5' },
      rate: { type: 'string', default: '300' },
      report: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const proof = await prove(Number(values.deploys), Number(values.rollbacks), Number(values.rate))
  if (values.report) writeFileSync(values.report, proof.report)
  process.stdout.write(proof.report)
  return proof.isGood ? 0 : 1
}

async function prove(deploys: number, rollbacks: number, rate: number) {
  const site = await createSite('prove')
  try {
    const first = await site.deploy(['--release', 'deploy-0'])
    if (first.code !== 0) throw new Error(first.stdout + first.stderr)
    const proxyBefore = await startOf(`${site.project}-caddy-1`)
    const load = await startLoad({ httpsPort: site.httpsPort, requestsPerSecond: rate, accessToken: await site.seed() })
    const changes: Change[] = []
    async function change(name: string, args: string[]) {
      const result = await deployTimed(site, args)
      process.stderr.write(
        `${name}: exit code ${result.code}, ${result.seconds.toFixed(1)} s, failed so far: ${failuresOf(load.samples).length}\n`,
      )
      changes.push({ name, ...result })
    }
    for (let i = 1; i <= deploys; i++) {
      await change(`deploy ${i}`, ['--release', `deploy-${i}`])
      if (i % Math.ceil(deploys / rollbacks) === 0) await change(`rollback after ${i}`, ['--rollback'])
    }
    await load.stop()
    const isProxyTheSame = (await startOf(`${site.project}-caddy-1`)) === proxyBefore
    return await judge(changes, load.samples, rate, isProxyTheSame)
  } finally {
    await site.remove()
  }
}

async function judge(changes: readonly Change[], samples: readonly Sample[], rate: number, isProxyTheSame: boolean) {
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
  return { isGood, report }
}

function medianAndLongest(seconds: readonly number[]): string {
  const sorted = [...seconds].sort((a, b) => a - b)
  return `${sorted[Math.floor(sorted.length / 2)]?.toFixed(1)}, ${sorted.at(-1)?.toFixed(1)}`
}

async function startOf(container: string): Promise<string> {
  return docker(['inspect', '--format', '{{.Id}} {{.State.StartedAt}} {{.RestartCount}}', container])
}

async function version(): Promise<string> {
  return (await run('docker', ['version', '--format', '{{.Server.Version}}'])).stdout.trim()
}
