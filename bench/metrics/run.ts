import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { startProduct } from '#support/product-process.ts'
import { canPin, describeMachine, pinToOtherCores, pinToServerCore, processorSeconds } from '../machine.ts'
import { openStage, type Stage } from '../stage.ts'
import { sizes } from '../world/sizes.ts'
import type { SteadyLoad, SteadyResult } from './steady-load.ts'

/** What is promised: a scrape of a loaded API, and the share of a processor that metrics take at this rate. */
const SCRAPE_P99_MILLISECONDS = 50
const COST_SHARE_MAX = 0.02
const REQUESTS_PER_SECOND = 500
/** As Prometheus does. */
const SCRAPE_EVERY_SECONDS = 15

const help = `Usage: node bench/metrics/run.ts [OPTIONS]

Runs the product with metrics and without, in turn, at ${REQUESTS_PER_SECOND} requests a second on PostgreSQL, and compares the processor time
that each took; scrapes are part of it. Then scrapes the loaded product often, and times that.

  --rounds N        runs of each (default: 5)
  --seconds N       length of a run (default: 30)
  --output FILE     where the report goes (default: bench/metrics/results.md)
  --help            this text

Exit code 0: both promises were kept; 1: one was not.
`

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '30' },
      output: { type: 'string', default: join(import.meta.dirname, 'results.md') },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  if (canPin()) pinToOtherCores()
  const loadBefore = loadavg()[0] ?? 0
  const stage = await openStage('postgres', sizes.tiny, { isPinned: canPin(), onProgress: () => {} })
  try {
    const figures = await measure(stage, Number(values.rounds), Number(values.seconds))
    const { text, isKept } = reportOf(stage, figures, loadBefore)
    writeFileSync(values.output, text)
    process.stdout.write(text)
    return isKept ? 0 : 1
  } finally {
    await stage.close()
  }
}

interface Run {
  /** Processor seconds of the product for each second. */
  readonly share: number
  readonly requestsPerSecond: number
}
type Figures = Awaited<ReturnType<typeof measure>>

async function measure(stage: Stage, rounds: number, seconds: number) {
  const without = await startProduct({
    role: 'serve',
    settings: { ...stage.settings, NODE_OPTIONS: `--import=${join(import.meta.dirname, 'without.ts')}` },
  })
  if (stage.product.pid() !== undefined && canPin()) pinToServerCore(without.pid())
  try {
    const bare = await (await fetch(`${without.url}/metrics`)).text()
    if (bare.trim() !== '') throw new Error(`There are metrics where none should be:\n${bare.slice(0, 300)}`)
    const runs: Record<'on' | 'off', Run[]> = { on: [], off: [] }
    for (const product of [stage.product, without]) await run(stage, product, 5)
    for (let round = 0; round < rounds; round++) {
      runs.on.push(await run(stage, stage.product, seconds))
      runs.off.push(await run(stage, without, seconds))
    }
    return { ...runs, scrapes: await timeScrapes(stage, seconds), seconds }
  } finally {
    await without.stop()
  }
}

function load(stage: Stage, origin: string, seconds: number): Promise<SteadyResult> {
  const { world, token } = stage.context
  const course = `/api/v1/courses/${world.courseId(0)}`
  const paths = ['/api/v1/courses', course, `${course}/outline`, '/api/v1/enrollments', '/api/v1/users/me']
  const told: SteadyLoad = { origin, requestsPerSecond: REQUESTS_PER_SECOND, seconds, paths, token: token(0) }
  const child = promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'steady-load.ts'),
    JSON.stringify(told),
  ])
  return child.then(({ stdout }) => JSON.parse(stdout) as SteadyResult)
}

async function run(stage: Stage, product: Stage['product'], seconds: number): Promise<Run> {
  const from = processorSeconds(product.pid()) ?? 0
  const startedAt = performance.now()
  const scrape = () => fetch(`${product.url}/metrics`).then((response) => response.arrayBuffer())
  const scrapes = setInterval(() => void scrape(), SCRAPE_EVERY_SECONDS * 1000)
  const { requests, failed } = await load(stage, product.url, seconds)
  clearInterval(scrapes)
  if (failed > 0) throw new Error(`${failed} of ${requests} requests failed.`)
  const elapsed = (performance.now() - startedAt) / 1000
  const share = ((processorSeconds(product.pid()) ?? 0) - from) / elapsed
  return { share, requestsPerSecond: requests / seconds }
}

/** Four times a second while the load goes on. */
async function timeScrapes(stage: Stage, seconds: number) {
  const milliseconds: number[] = []
  let bytes = 0
  let isOver = false
  const loaded = load(stage, stage.product.url, seconds).finally(() => {
    isOver = true
  })
  while (!isOver) {
    const startedAt = performance.now()
    const body = await (await fetch(`${stage.product.url}/metrics`)).arrayBuffer()
    milliseconds.push(performance.now() - startedAt)
    bytes = body.byteLength
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  await loaded
  return { milliseconds: milliseconds.sort((a, b) => a - b), bytes }
}

function reportOf({ versions }: Stage, { on, off, scrapes, seconds }: Figures, loadBefore: number) {
  const { processor, cores } = describeMachine(canPin())
  const [withMetrics, without] = [median(on.map(({ share }) => share)), median(off.map(({ share }) => share))]
  const cost = withMetrics - without
  const at = (share: number) => scrapes.milliseconds[Math.ceil(share * scrapes.milliseconds.length) - 1] ?? Number.NaN
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  const p99 = at(0.99)
  const list = (runs: readonly Run[]) => runs.map(({ share }) => percent(share)).join(', ')
  const text = `# What metrics cost

\`node bench/metrics/run.ts\`, ${new Date().toISOString().slice(0, 10)}, ${cores} cores of ${processor}, ${versions}. The product with metrics and the product whose counters do nothing took turns, ${on.length} times ${seconds} s each, at ${REQUESTS_PER_SECOND} requests a second (asked for; reached: ${median(on.map((one) => one.requestsPerSecond)).toFixed(0)} and ${median(off.map((one) => one.requestsPerSecond)).toFixed(0)}); each was scraped every ${SCRAPE_EVERY_SECONDS} s. Load of the machine (1 minute) before: ${loadBefore.toFixed(1)}, after: ${loadavg()[0]?.toFixed(1)}.

| | Share of one processor, median | Each run |
|---|---|---|
| with metrics | ${percent(withMetrics)} | ${list(on)} |
| without | ${percent(without)} | ${list(off)} |
| **metrics** | **${percent(cost)}** (at most ${percent(COST_SHARE_MAX)}); ratio ${(withMetrics / without).toFixed(3)} | |

A scrape under this load, ${scrapes.milliseconds.length} times: p50 ${at(0.5).toFixed(1)} ms, **p99 ${p99.toFixed(1)} ms** (at most ${SCRAPE_P99_MILLISECONDS}), slowest ${at(1).toFixed(1)} ms, ${(scrapes.bytes / 1024).toFixed(0)} KiB.
`
  return { text, isKept: cost < COST_SHARE_MAX && p99 < SCRAPE_P99_MILLISECONDS }
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
