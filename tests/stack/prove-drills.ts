import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { type DrillName, drills } from '../../ops/observability/drills/drills.ts'
import { createTraffic } from './demo-traffic.ts'
import { beginDrill, type Drilled, pagesOf } from './drilling.ts'
import { observeDemo } from './observing.ts'

const help = `Usage: node tests/stack/prove-drills.ts [--report FILE]

Breaks one thing after the other on a real stack with its observability beside it, and measures when the page of each
arrives at a webhook receiver and when it ends. Needs what test:stack needs, and about 40 minutes.

  --report FILE   writes the report there; default: the screen

Exit code 0: each drill paged its own alert in time, once, and nothing else paged; 1: otherwise.
`

/** These do not touch each other: their ends are awaited together, at last. The others follow one after the other. */
const apart: readonly DrillName[] = ['logins', 'queue', 'certificate']
const inTurn: readonly DrillName[] = ['api', 'worker', 'redis', 'postgres', 'replica']

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { report: { type: 'string' }, help: { type: 'boolean' } } })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const { report, isGood } = await prove()
  if (values.report) writeFileSync(values.report, report)
  process.stdout.write(report)
  return isGood ? 0 : 1
}

async function prove() {
  const { site, observed, accounts, remove } = await observeDemo('drills')
  const play = createTraffic(site.httpsPort, accounts)
  const traffic = setInterval(() => play().catch(() => undefined), 5000)
  try {
    const log = (text: string) => process.stderr.write(`${new Date().toISOString()} ${text}\n`)
    log('the stack is up')
    const done: Drilled[] = []
    const begin = async (name: DrillName) => {
      const { paged, end } = await beginDrill(name, site, observed)
      log(`${name}: ${drills[name].pages} after ${paged.toFixed(1)} s`)
      return async () => {
        done.push(await end())
        log(`${name}: over`)
      }
    }
    await observed.untilScraped()
    const ends = await Promise.all(apart.map(begin))
    for (const name of inTurn) await (await begin(name))()
    for (const end of ends) await end()
    return reportOf(
      done,
      pagesOf(observed).map(({ alertname }) => alertname),
    )
  } finally {
    clearInterval(traffic)
    await remove()
  }
}

function reportOf(done: readonly Drilled[], fired: readonly string[]) {
  const names = Object.keys(drills) as DrillName[]
  const rows = names.map((name) => {
    const one = done.find((drilled) => drilled.name === name)
    const { pages, breaks, withinSeconds } = drills[name]
    const times = fired.filter((alert) => alert === pages).length
    const isGood = one !== undefined && one.paged <= withinSeconds && times === 1
    const cells = [name, breaks, pages, times, one?.paged.toFixed(1), withinSeconds, one?.resolved.toFixed(0)]
    return { text: `| ${cells.join(' | ')} |`, isGood }
  })
  const wanted = new Set<string>(names.map((name) => drills[name].pages))
  const others = fired.filter((alert) => !wanted.has(alert))
  const report = `# Drills

Made by \`npm run prove:drills\` on ${new Date().toISOString().slice(0, 10)}: the production stack with its observability stack beside it (without Grafana) and demo traffic, on one machine with ${cpus().length} processors and ${Math.round(totalmem() / 2 ** 30)} GB. Each drill breaks one thing, waits for the page at a webhook receiver, mends it, and waits for the page's end.

| Drill | What it does | Alert | Pages | Seconds to the page | Limit | Seconds from the mending to the page's end |
|---|---|---|---|---|---|---|
${rows.map(({ text }) => text).join('\n')}

Other alerts that paged meanwhile: ${others.length === 0 ? 'none' : others.join(', ')}. Alerts about the machine itself, about its slowness and about ungraded works of the demo do not count here.
`
  return { report, isGood: others.length === 0 && rows.every(({ isGood }) => isGood) }
}
