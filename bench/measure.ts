import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '#support/free-port.ts'
import { startScript } from '#support/product-process.ts'
import { type ServerProcess, serverProcess } from '#support/server-process.ts'
import { loadConfig } from '../src/config.ts'
import type { LimitJob } from './limits/limit.ts'
import type { Recorded } from './limits/recording.ts'
import type { Generator } from './load/generator.ts'
import { writeRequests } from './load/requests.ts'
import { pinToServerCore, processorSeconds, residentMegabytes } from './machine.ts'
import type { Scenario } from './scenarios.ts'
import type { Stage } from './stage.ts'

/** What one server did under one load: the median of several runs, each figure for itself. */
export interface Sample {
  readonly requestsPerSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Of all runs together, like the errors. */
  readonly requests: number
  readonly statusErrors: number
  readonly socketErrors: number
  /** Processor time of the server for one request, in microseconds: hardly disturbed by what else the machine does. */
  readonly processorMicroseconds: number | undefined
}

export interface Plan {
  readonly generator: Generator
  readonly seconds: number
  readonly rounds: number
  readonly isPinned: boolean
}

/** Requests that change something are prepared for at most so many a second. */
const FRESH_PER_SECOND = 8_000

/** Hands out requests that may be sent only once. */
export interface FreshRequests {
  /** The number of the first of those for so many seconds of a run, and how many they are. */
  takeFor(seconds: number): { from: number; count: number }
  take(count: number): number
}

export function freshRequests(available: number): FreshRequests {
  let next = 0
  function take(count: number): number {
    next += count
    if (next > available) throw new Error(`Only ${available} requests can be sent once: measure for a shorter time.`)
    return next - count
  }
  return {
    take,
    takeFor(seconds) {
      const count = Math.ceil(seconds * FRESH_PER_SECOND)
      return { from: take(count), count }
    },
  }
}

export interface Target {
  readonly origin: string
  /** True for limits: they decide for themselves what each request changes. */
  readonly acceptsRepeats: boolean
  pid(): number | undefined
}

/** Requests of a scenario that a limit gets, where the product gets each only once. */
const REPEATED = 20_000

/** One run of a scenario against the product or a limit. */
export async function runOnce(
  stage: Stage,
  scenario: Scenario,
  target: Target,
  plan: Plan,
  fresh: FreshRequests,
  connections = scenario.connections,
): Promise<Sample> {
  const isFresh = scenario.variety === Number.POSITIVE_INFINITY && !target.acceptsRepeats
  const { from, count } = isFresh
    ? fresh.takeFor(plan.seconds)
    : { from: 0, count: Math.min(scenario.variety, REPEATED) }
  const requestsFile = join(stage.directory, `requests-${scenario.name}`)
  writeRequests(requestsFile, new URL(target.origin).host, requestsOf(stage, scenario, from, count))
  const before = processorSeconds(target.pid())
  const result = await plan.generator.run({ origin: target.origin, requestsFile, connections, seconds: plan.seconds })
  const after = processorSeconds(target.pid())
  if (isFresh && result.rounds > 0) throw new Error(`${scenario.name}: more than ${count} requests were needed.`)
  return {
    ...result,
    processorMicroseconds:
      before === undefined || after === undefined ? undefined : ((after - before) * 1e6) / Math.max(1, result.requests),
  }
}

function* requestsOf({ context }: Stage, scenario: Scenario, from: number, count: number) {
  for (let n = from; n < from + count; n++) yield scenario.request(context, n)
}

export function median(samples: readonly Sample[]): Sample {
  const middle = (of: (sample: Sample) => number) => {
    const values = samples.map(of).sort((a, b) => a - b)
    const half = Math.floor(values.length / 2)
    return values.length % 2 === 1 ? (values[half] ?? 0) : ((values[half - 1] ?? 0) + (values[half] ?? 0)) / 2
  }
  const isKnown = samples.every((sample) => sample.processorMicroseconds !== undefined)
  return {
    requestsPerSecond: middle((sample) => sample.requestsPerSecond),
    p50: middle((sample) => sample.p50),
    p99: middle((sample) => sample.p99),
    requests: samples.reduce((sum, sample) => sum + sample.requests, 0),
    statusErrors: samples.reduce((sum, sample) => sum + sample.statusErrors, 0),
    socketErrors: samples.reduce((sum, sample) => sum + sample.socketErrors, 0),
    processorMicroseconds: isKnown ? middle((sample) => sample.processorMicroseconds ?? 0) : undefined,
  }
}

export function productOf({ product }: Stage): Target {
  return { origin: product.url, acceptsRepeats: false, pid: product.pid }
}

export function memoryOf({ product }: Stage): number | undefined {
  return residentMegabytes(product.pid())
}

/** Asks a server for the first requests of a scenario and throws when an answer is not right. */
export async function checkAnswers(stage: Stage, scenario: Scenario, origin: string, fresh: FreshRequests) {
  const isFresh = scenario.variety === Number.POSITIVE_INFINITY
  const count = Math.min(3, scenario.variety)
  const from = isFresh ? fresh.take(count) : 0
  for (const { method, path, token, body } of requestsOf(stage, scenario, from, count)) {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
    })
    const fault = scenario.fault({ status: response.status, body: await response.text() }, stage.context)
    if (fault) throw new Error(`${scenario.name} on ${origin} answers wrongly: ${fault}`)
  }
}

export interface LimitProcess extends Target {
  stop(): Promise<void>
}

/** A limit of a scenario as a server, started and on the same core as the product. */
export async function startLimit(stage: Stage, jobFile: string, isPinned: boolean): Promise<LimitProcess> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const server: ServerProcess = serverProcess({
    name: 'A limit of the benchmark',
    command: process.execPath,
    args: [...startScript().nodeFlags, join(import.meta.dirname, 'limits/limit-server.ts'), jobFile, String(port)],
    env: { PATH: process.env.PATH, ...startScript().env },
    directory: mkdtempSync(join(stage.directory, 'limit-')),
    answers: async () => void (await fetch(origin)),
  })
  await server.start()
  if (isPinned) pinToServerCore(server.pid())
  return { origin, acceptsRepeats: true, pid: server.pid, stop: server.stop }
}

const run = promisify(execFile)

/** The driver alone, without HTTP: requests per second. */
export async function runDriver(jobFile: string, { connections }: Scenario, { seconds, isPinned }: Plan) {
  const script = join(import.meta.dirname, 'limits/driver-loop.ts')
  const args = [script, jobFile, String(connections), String(seconds)]
  const { stdout } = isPinned
    ? await run('taskset', ['-c', '0', process.execPath, ...args])
    : await run(process.execPath, args)
  return Number(stdout)
}

/** Writes down what a limit has to do, for its process to read. */
export function writeJob(
  stage: Stage,
  scenario: Scenario,
  recorded: readonly Recorded[],
  { usesDatabase, from }: { usesDatabase: boolean; from: number },
): string {
  const config = loadConfig(stage.settings)
  const job: LimitJob = {
    scenario: scenario.name,
    size: stage.size,
    recorded,
    database: usesDatabase ? { url: config.DATABASE_URL, poolSize: config.DATABASE_POOL_SIZE } : null,
    passwordCost: { memoryKib: config.PASSWORD_HASH_MEMORY_KIB, passes: config.PASSWORD_HASH_PASSES },
    from,
  }
  const path = join(stage.directory, `${scenario.name}-${usesDatabase ? 'driver' : 'bare'}-${from}.json`)
  writeFileSync(path, JSON.stringify(job))
  return path
}
