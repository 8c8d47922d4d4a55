import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PostgresServer, startPostgres } from '#support/postgres-server.ts'
import { type RedisServer, startRedis } from '#support/redis-server.ts'
import { checkContract } from './contract.ts'
import { coveredPercent, leastCovered, mergeCoverage } from './coverage.ts'
import { createReport, type Report } from './report.ts'
import { runPass } from './run-pass.ts'
import { createScreen } from './screen.ts'
import { needsWholeMachine, type Selection, selectFiles } from './selection.ts'
import { shareOut } from './shares.ts'
import type { Coverage } from './test-events.ts'

/** Per cent of the code lines of src that the in-process passes together must run. */
export const coverageFloor = 85

/** Tests of whole processes mostly wait for starts, time-outs and servers; more of them at once would measure load. */
const PROCESSES_AT_ONCE = Math.min(2, availableParallelism())

export interface RunOptions {
  mode: 'quick' | 'sqlite' | 'postgres' | 'processes' | 'all'
  /** Files or folders; empty: all. */
  paths: string[]
  namePattern: string | undefined
  timings: boolean
}

/** Runs tests of the repository in the working directory, prints what happens and returns the exit code. */
export async function runTests(options: RunOptions, signal: AbortSignal): Promise<number> {
  const screen = createScreen(process.stdout)
  const report = createReport(screen)
  const selection = selectFiles(process.cwd(), options.paths)
  const scratch = await mkdtemp(join(tmpdir(), 'lms-tests-'))
  // PostgreSQL runs as another user, and must reach what a test gives it to read.
  await chmod(scratch, 0o711)
  const contract = join(scratch, 'contract')
  try {
    await mkdir(contract)
    const run = { options, selection, report, scratch, contract, signal }
    await runMode(run)
    if (!signal.aborted) checkContract(contract, report, !isPartial(options) && options.mode !== 'processes')
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 })
  }
  if (signal.aborted) {
    screen.print('Interrupted.\n')
    return signal.reason as number
  }
  return report.summarise(options.timings)
}

interface Run {
  options: RunOptions
  selection: Selection
  report: Report
  /** Where tests put temporary files; a killed test leaves them behind. */
  scratch: string
  /** Where tests note what the API answers. */
  contract: string
  signal: AbortSignal
}

async function runMode(run: Run): Promise<void> {
  const { mode } = run.options
  if (mode === 'all' || mode === 'processes') return await runAll(run)
  const { inProcess, isolated } = run.selection
  if (isPartial(run.options) && inProcess.length === 0) {
    run.report.problem(`${isolated.join(', ')}: runs as whole processes: "processes" does that, or "all".`)
    return
  }
  if (mode === 'postgres') return await runOnServers(run)
  const coverage = await runFiles(run, 'SQLite', shareOut(inProcess))
  if (mode === 'sqlite') checkCoverage(coverage, run)
}

/** On the servers that the environment names, as a pipeline's service containers, or else on our own. */
async function runOnServers(run: Run): Promise<void> {
  const { TEST_DATABASE_URL, TEST_REDIS_URL } = process.env
  const name = 'PostgreSQL, Redis'
  if (TEST_DATABASE_URL && TEST_REDIS_URL) {
    await runFiles(run, name, shareOut(run.selection.inProcess), { TEST_DATABASE_URL, TEST_REDIS_URL })
    return
  }
  const servers = await startServers(run)
  try {
    if (servers) await runFiles(run, name, shareOut(run.selection.inProcess), addressesOf(servers))
  } finally {
    await stopServers(servers)
  }
}

/** All passes, or in the mode "processes" the last one alone. */
async function runAll(run: Run): Promise<void> {
  const { inProcess, isolated } = run.selection
  const isWhole = run.options.mode === 'all'
  const servers = await startServers(run)
  try {
    const shares = shareOut(inProcess)
    const coverage = isWhole ? [await runFiles(run, 'SQLite', shares)] : []
    if (servers) {
      const env = addressesOf(servers)
      if (isWhole) coverage.push(await runFiles(run, 'PostgreSQL, Redis', shares, env))
      await runFiles(
        run,
        'Whole processes',
        isolated.map((file) => [file]),
        env,
        PROCESSES_AT_ONCE,
      )
    }
    if (isWhole) checkCoverage(mergeCoverage(coverage), run)
  } finally {
    await stopServers(servers)
  }
}

const isPartial = ({ paths, namePattern }: RunOptions): boolean => paths.length > 0 || namePattern !== undefined

/**
 * One pass: a process per group of files, `atOnce` of them at a time, and at its end those that must be alone on the
 * machine. Returns what they covered.
 */
async function runFiles(
  run: Run,
  name: string,
  groups: string[][],
  servers: NodeJS.ProcessEnv = {},
  atOnce = groups.length,
): Promise<Coverage> {
  const { options, report, signal } = run
  const filled = groups.filter((files) => files.length > 0)
  if (signal.aborted || (filled.length === 0 && isPartial(options))) return {}
  const pass = report.startPass(name)
  const runGroup = (files: string[]): Promise<Coverage> =>
    runPass({
      files,
      namePattern: options.namePattern,
      coverage: ['sqlite', 'all'].includes(options.mode) && !isPartial(options),
      env: { ...inheritedEnvironment(), TMPDIR: run.scratch, TEST_CONTRACT_DIR: run.contract, ...servers },
      onOutcome: pass.add,
      onRunning: pass.running,
      onOutput: report.print,
      signal,
    })
  const coverage: Coverage[] = []
  async function runEach(queue: string[][]): Promise<void> {
    for (let files = queue.shift(); files && !signal.aborted; files = queue.shift()) {
      coverage.push(await runGroup(files))
    }
  }
  const shared = filled.filter((files) => !files.some(needsWholeMachine))
  await Promise.all(Array.from({ length: atOnce }, () => runEach(shared)))
  await runEach(filled.filter((files) => files.some(needsWholeMachine)))
  if (signal.aborted) return {}
  const { passed, failed, skipped } = pass.end()
  if (passed + failed + skipped === 0 && options.namePattern === undefined) report.problem(`${name}: no test ran.`)
  return mergeCoverage(coverage)
}

/** What tests may see of our environment: a developer's DATABASE_URL must not change what they do. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'LANG', 'TZ', 'CI']
  const kept = Object.entries(process.env).filter(([name]) => names.includes(name) || name.startsWith('TEST_'))
  const { TEST_DATABASE_URL: _database, TEST_REDIS_URL: _redis, ...environment } = Object.fromEntries(kept)
  return environment
}

interface Servers {
  postgres: PostgresServer
  redis: RedisServer
}

/** Both servers, or neither and the problem is reported. */
async function startServers({ report, signal }: Run): Promise<Servers | undefined> {
  const [postgres, redis] = await Promise.allSettled([startPostgres(), startRedis()])
  if (postgres.status === 'fulfilled' && redis.status === 'fulfilled') {
    return { postgres: postgres.value, redis: redis.value }
  }
  for (const server of [postgres, redis]) {
    if (server.status === 'fulfilled') await server.value.stop()
    else if (!signal.aborted) report.problem((server.reason as Error).message)
  }
  return undefined
}

const addressesOf = ({ postgres, redis }: Servers) => ({ TEST_DATABASE_URL: postgres.url, TEST_REDIS_URL: redis.url })

async function stopServers(servers: Servers | undefined): Promise<void> {
  await Promise.all([servers?.postgres.stop(), servers?.redis.stop()])
}

function checkCoverage(coverage: Coverage, { options, report, signal }: Run): void {
  if (isPartial(options) || signal.aborted) return
  const percent = coveredPercent(coverage)
  report.note(`Coverage: ${percent.toFixed(1)} % of the code lines of src (floor: ${coverageFloor} %)`)
  if (percent >= coverageFloor) return
  const worst = leastCovered(coverage, 10).map(({ file, missing, percent: covered }) => {
    return `  ${file}: ${missing} lines never ran, ${covered.toFixed(0)} % covered`
  })
  report.problem([`Coverage ${percent.toFixed(1)} % is below ${coverageFloor} %.`, ...worst].join('\n'))
}
