import { createRecorder, type Recorded } from './limits/recording.ts'
import {
  checkAnswers,
  type FreshRequests,
  freshRequests,
  type LimitProcess,
  median,
  memoryOf,
  type Plan,
  productOf,
  runDriver,
  runOnce,
  type Sample,
  startLimit,
  writeJob,
} from './measure.ts'
import type { DatabaseResults, Growth, LoginFlood, ScenarioResults, Sweep } from './results.ts'
import { type Scenario, scenarioNamed } from './scenarios.ts'
import { type DatabaseName, openStage, type Stage } from './stage.ts'
import { targets } from './targets.ts'
import type { Size } from './world/sizes.ts'

export interface BenchWishes extends Plan {
  readonly scenarios: readonly Scenario[]
  /** The first is measured against its limits, the others against the first. */
  readonly sizes: readonly [Size, ...Size[]]
  /** Numbers of connections of the sweep; empty: none. */
  readonly sweep: readonly number[]
  readonly floodsLogins: boolean
  readonly say: (what: string) => void
}

/** Measures everything on one database. */
export async function benchDatabase(database: DatabaseName, wishes: BenchWishes): Promise<DatabaseResults> {
  const [size, ...larger] = wishes.sizes
  const { stage } = await openLoudly(database, size, wishes)
  const fresh = freshRequests(stage.context.world.openLessons)
  const scenarios: ScenarioResults[] = []
  const sweeps: Sweep[] = []
  let loginFlood: LoginFlood | undefined
  try {
    for (const scenario of wishes.scenarios) scenarios.push(await benchScenario(stage, scenario, wishes, fresh))
    for (const name of wishes.sweep.length > 0 ? targets.sweep.scenarios : []) {
      sweeps.push(await sweepConnections(stage, scenarioNamed(name), wishes, fresh))
    }
    if (wishes.floodsLogins) loginFlood = await floodLogins(stage, wishes, fresh)
  } finally {
    await stage.close()
  }
  const growth: Growth[] = []
  for (const one of larger) growth.push(await benchGrowth(database, one, wishes, scenarios))
  return { database, versions: stage.versions, size: size.name, scenarios, sweeps, loginFlood, growth }
}

async function openLoudly(database: DatabaseName, size: Size, { isPinned, say }: BenchWishes) {
  const started = performance.now()
  const stage = await openStage(database, size, {
    isPinned,
    onProgress: (table, done, total) => say(`${database} ${size.name}: loading ${table}, ${done} of ${total} rows`),
  })
  return { stage, loadSeconds: (performance.now() - started) / 1000 }
}

/** The product and its limits in turn, so that whatever else the machine does falls on all of them alike. */
async function benchScenario(stage: Stage, scenario: Scenario, wishes: BenchWishes, fresh: FreshRequests) {
  await checkAnswers(stage, scenario, stage.product.url, fresh)
  const recorded = await recordScenario(stage, scenario, fresh)
  const bareJob = writeJob(stage, scenario, recorded, { usesDatabase: false, from: 0 })
  const { from } = scenario.variety === Infinity ? fresh.takeFor(wishes.rounds * wishes.seconds) : { from: 0 }
  const driverJob = scenario.usesDatabase
    ? writeJob(stage, scenario, recorded, { usesDatabase: true, from })
    : undefined
  const limits: Record<'bare' | 'driver', LimitProcess | undefined> = {
    bare: scenario.hashesPassword ? undefined : await startLimit(stage, bareJob, wishes.isPinned),
    driver: driverJob === undefined ? undefined : await startLimit(stage, driverJob, wishes.isPinned),
  }
  const samples = { product: [] as Sample[], bare: [] as Sample[], driver: [] as Sample[] }
  const alone: number[] = []
  let residentMegabytes: number | undefined
  try {
    for (let round = 1; round <= wishes.rounds; round++) {
      for (const [name, target] of Object.entries({ product: productOf(stage), ...limits })) {
        if (!target) continue
        wishes.say(`${stage.database}: ${scenario.name}, ${name}, round ${round} of ${wishes.rounds}`)
        const sample = await runOnce(stage, scenario, target, wishes, fresh)
        if (target.acceptsRepeats && sample.statusErrors > 0) {
          throw new Error(`${scenario.name}: the limit “${name}” failed ${sample.statusErrors} times.`)
        }
        samples[name as keyof typeof samples].push(sample)
        if (name === 'product') residentMegabytes = memoryOf(stage)
      }
      if (driverJob !== undefined) alone.push(await aloneOnce(stage, scenario, recorded, wishes, fresh))
    }
  } finally {
    await Promise.all([limits.bare?.stop(), limits.driver?.stop()])
  }
  return {
    scenario: scenario.name,
    title: scenario.title,
    connections: scenario.connections,
    statements: Math.round(recorded.reduce((sum, one) => sum + one.steps.length, 0) / recorded.length),
    bytes: Math.round(recorded.reduce((sum, one) => sum + Buffer.byteLength(one.body), 0) / recorded.length),
    product: median(samples.product),
    bare: samples.bare.length > 0 ? median(samples.bare) : undefined,
    driver: samples.driver.length > 0 ? median(samples.driver) : undefined,
    driverAlone: alone.length > 0 ? alone.sort((a, b) => a - b)[Math.floor(alone.length / 2)] : undefined,
    residentMegabytes,
  }
}

async function aloneOnce(
  stage: Stage,
  scenario: Scenario,
  recorded: readonly Recorded[],
  wishes: BenchWishes,
  fresh: FreshRequests,
): Promise<number> {
  wishes.say(`${stage.database}: ${scenario.name}, driver alone`)
  const { from } = scenario.variety === Infinity ? fresh.takeFor(wishes.seconds) : { from: 0 }
  return runDriver(writeJob(stage, scenario, recorded, { usesDatabase: true, from }), scenario, wishes)
}

const RECORDED_MAX = 200

async function recordScenario(stage: Stage, scenario: Scenario, fresh: FreshRequests): Promise<Recorded[]> {
  const { context, settings } = stage
  const recorder = await createRecorder(settings)
  try {
    const count = scenario.bindings ? 1 : Math.min(RECORDED_MAX, scenario.variety)
    const from = scenario.bindings && !Number.isFinite(scenario.variety) ? fresh.take(count) : 0
    const recorded: Recorded[] = []
    for (let n = from; n < from + count; n++) {
      const one = await recorder.record(scenario.request(context, n), scenario.bindings?.(context.world, n))
      const fault = scenario.fault(one, context)
      if (fault) throw new Error(`${scenario.name} in this process answers wrongly: ${fault}`)
      recorded.push(one)
    }
    return recorded
  } finally {
    await recorder.close()
  }
}

async function sweepConnections(stage: Stage, scenario: Scenario, wishes: BenchWishes, fresh: FreshRequests) {
  const target = productOf(stage)
  const points = []
  for (const connections of wishes.sweep) {
    wishes.say(`${stage.database}: ${scenario.name} at ${connections} connections`)
    points.push({ connections, sample: await runOnce(stage, scenario, target, wishes, fresh, connections) })
  }
  return { scenario: scenario.name, points }
}

async function floodLogins(stage: Stage, wishes: BenchWishes, fresh: FreshRequests): Promise<LoginFlood> {
  const { connections } = targets.loginFlood
  const target = productOf(stage)
  wishes.say(`${stage.database}: ${connections} connections log in, and /health is asked`)
  const seconds = wishes.seconds + 1
  const [login, health] = await Promise.all([
    runOnce(stage, scenarioNamed('login'), target, { ...wishes, seconds }, fresh, connections),
    runOnce(stage, scenarioNamed('health'), target, wishes, fresh, 1),
  ])
  const refused = login.statusErrors / Math.max(1, login.requests)
  return {
    connections,
    health,
    loginsPerSecond: login.requestsPerSecond * (1 - refused),
    refusalsPerSecond: login.requestsPerSecond * refused,
  }
}

async function benchGrowth(
  database: DatabaseName,
  size: Size,
  wishes: BenchWishes,
  base: readonly ScenarioResults[],
): Promise<Growth> {
  const { stage, loadSeconds } = await openLoudly(database, size, wishes)
  const fresh = freshRequests(stage.context.world.openLessons)
  try {
    const scenarios = []
    for (const name of targets.growth.scenarios) {
      const known = base.find(({ scenario }) => scenario === name)
      if (!known) continue
      const scenario = scenarioNamed(name)
      await checkAnswers(stage, scenario, stage.product.url, fresh)
      const samples: Sample[] = []
      for (let round = 1; round <= wishes.rounds; round++) {
        wishes.say(`${database} ${size.name}: ${name}, round ${round} of ${wishes.rounds}`)
        samples.push(await runOnce(stage, scenario, productOf(stage), wishes, fresh))
      }
      scenarios.push({ scenario: name, base: known.product, sample: median(samples) })
    }
    return { size: size.name, loadSeconds, scenarios, residentMegabytes: memoryOf(stage) }
  } finally {
    await stage.close()
  }
}
