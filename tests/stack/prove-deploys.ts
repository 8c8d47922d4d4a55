import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { deployTimed } from './deploying.ts'
import { countFailed } from './load/figures.ts'
import { startLoad } from './load/load.ts'
import { type Change, judge, startOf } from './report.ts'
import { createSite } from './site.ts'

const help = `Usage: node tests/stack/prove-deploys.ts [--deploys N] [--rollbacks N] [--rate N] [--pause N] [--report FILE]
                                           [--logs FOLDER]

Deploys again and again on a real stack under load, and reports every request that failed. Needs what test:stack needs.

  --deploys N     how many deploys; default 20
  --rollbacks N   how many of them are followed by a way back; default 5
  --rate N        requests a second; default 300
  --pause N       seconds without a deploy before each of them, to compare with; default 8
  --logs FOLDER   writes what every container said there
  --report FILE   writes the report there; default: the screen

Exit code 0: no request failed, every deploy succeeded, p99 rose by less than 250 ms, and each way back took less than
10 s; 1: otherwise.
`

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      deploys: { type: 'string', default: '20' },
      rollbacks: { type: 'string', default: '5' },
      rate: { type: 'string', default: '300' },
      pause: { type: 'string', default: '8' },
      logs: { type: 'string' },
      report: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const [deploys, rollbacks] = [Number(values.deploys), Number(values.rollbacks)]
  const proof = await prove({
    deploys,
    rollbacks,
    rate: Number(values.rate),
    pauseSeconds: Number(values.pause),
    logs: values.logs,
  })
  if (values.report) writeFileSync(values.report, proof.report)
  process.stdout.write(proof.report)
  return proof.isGood ? 0 : 1
}

interface Plan {
  readonly deploys: number
  readonly rollbacks: number
  readonly rate: number
  readonly pauseSeconds: number
  readonly logs: string | undefined
}

async function prove({ deploys, rollbacks, rate, pauseSeconds, logs }: Plan) {
  const site = await createSite('prove')
  try {
    const first = await site.deploy(['--release', 'deploy-0'])
    if (first.code !== 0) throw new Error(first.stdout + first.stderr)
    const proxyBefore = await startOf(`${site.project}-caddy-1`)
    const load = await startLoad({
      httpsPort: site.httpsPort,
      requestsPerSecond: rate,
      accessToken: (await site.seed()).instructor,
    })
    const changes: Change[] = []
    async function change(name: string, args: string[]) {
      await delay(pauseSeconds * 1000)
      const result = await deployTimed(site, args)
      process.stderr.write(
        `${name}: exit code ${result.code}, ${result.seconds.toFixed(1)} s, failed so far: ${countFailed(load.samples)} of ${load.samples.length}\n`,
      )
      changes.push({ name, ...result })
    }
    for (let i = 1; i <= deploys; i++) {
      await change(`deploy ${i}`, ['--release', `deploy-${i}`])
      if (rollbacks > 0 && i % Math.ceil(deploys / rollbacks) === 0) await change(`rollback after ${i}`, ['--rollback'])
    }
    await load.stop()
    const isProxyTheSame = (await startOf(`${site.project}-caddy-1`)) === proxyBefore
    return await judge(changes, load.samples, rate, isProxyTheSame)
  } finally {
    if (logs) await site.saveLogs(logs)
    await site.remove()
  }
}
