import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { eventually } from '#support/eventually.ts'
import { deployKilledAt } from './deploying.ts'
import { countFailed, failuresOf } from './load/figures.ts'
import { type Load, startLoad } from './load/load.ts'
import { makeRelease, slowMigration } from './releases.ts'
import { createSite, type Site } from './site.ts'

const steps = [
  ...['preflight', 'build', 'configure', 'proxy-files', 'services', 'backup', 'migrate'],
  ...['start', 'check', 'switch', 'soak', 'retire', 'finish'],
]

const help = `Usage: node tests/stack/prove-kills.ts [--steps A,B,…] [--rate N] [--report FILE]

Kills a deploy with SIGKILL at each of its steps, on a real stack under load. Each time the site must go on serving
without losing a request, and the next deploy must succeed. Needs what test:stack needs.

  --steps A,B,…   only these; default: ${steps.join(',')}
  --rate N        requests a second; default 50
  --report FILE   writes the report there; default: the screen

Exit code 0: no request failed, and every next deploy succeeded; 1: otherwise.
`

interface Kill {
  readonly step: string
  /** What served right after the kill. */
  readonly served: string
  /** Until the next deploy had the lock: what the killed one had started may still run. */
  readonly refusals: number
  readonly seconds: number
  readonly code: number
  readonly serves: string
}

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      steps: { type: 'string', default: steps.join(',') },
      rate: { type: 'string', default: '50' },
      report: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const site = await createSite('kills', { DEPLOY_START_SECONDS: '180' })
  let load: Load | undefined
  try {
    const first = await site.deploy(['--release', 'before'])
    if (first.code !== 0) throw new Error(first.stdout + first.stderr)
    const rate = Number(values.rate)
    load = await startLoad({
      ...{ httpsPort: site.httpsPort, requestsPerSecond: rate, accessToken: (await site.seed()).instructor },
    })
    const kills: Kill[] = []
    for (const step of values.steps.split(',')) {
      kills.push(await killAt(site, step))
      process.stderr.write(`${JSON.stringify(kills.at(-1))}; failed so far: ${countFailed(load.samples)}\n`)
    }
    await load.stop()
    const text = report(kills, load, rate)
    if (values.report) writeFileSync(values.report, text)
    process.stdout.write(text)
    const isGood = kills.every(({ code, step, serves }) => code === 0 && serves === `after-${step}`)
    return isGood && countFailed(load.samples) === 0 ? 0 : 1
  } finally {
    await load?.stop()
    await site.remove()
  }
}

/** With a migration pending where the step is about one. */
async function killAt(site: Site, step: string): Promise<Kill> {
  const isAboutSchema = step === 'backup' || step === 'migrate'
  const release = isAboutSchema ? await makeRelease(slowMigration(step)) : undefined
  try {
    await deployKilledAt(site, step, ['--release', `killed-at-${step}`], release?.folder)
    const served = await site.servingRelease()
    const startedAt = performance.now()
    let refusals = 0
    const { code, stdout, stderr } = await eventually(
      async () => {
        const result = await site.deploy(['--release', `after-${step}`], {}, release?.folder)
        if (result.code !== 4) return result
        refusals++
        throw new Error(result.stderr)
      },
      { timeoutMs: 180_000, everyMs: 500 },
    )
    if (code !== 0) process.stderr.write(stdout + stderr)
    const seconds = (performance.now() - startedAt) / 1000
    return { step, served, refusals, seconds, code, serves: await site.servingRelease() }
  } finally {
    await release?.remove()
  }
}

function report(kills: readonly Kill[], { samples }: Load, rate: number): string {
  const rows = kills.map(
    ({ step, served, refusals, seconds, code }) =>
      `| ${step} | ${served} | ${refusals} | ${code === 0 ? 'succeeded' : `**failed: ${code}**`} | ${seconds.toFixed(1)} |`,
  )
  return `# Deploys that are killed

Made by \`npm run prove:kills\` on ${new Date().toISOString().slice(0, 10)}: SIGKILL for the deploy at the beginning of each step, under ${rate} requests a second (clients and requests as in deploys.md; none ever tries again). What the deploy had started goes on, as it would if the out-of-memory killer had come, and holds the lock until it ends.

| killed at | served then | refusals until the lock was free | next deploy | seconds of it, waiting for the lock included |
|---|---|---|---|---|
${rows.join('\n')}

Requests: ${samples.length}, failed: **${countFailed(samples)}**.
${failuresOf(samples)
  .map((line) => `\n- ${line}`)
  .join('')}`
}
