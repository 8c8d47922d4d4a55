import { type Bindings, scenarioNamed } from '../scenarios.ts'
import { createWorld } from '../world/world.ts'
import type { LimitJob } from './limit.ts'
import type { Recorded } from './recording.ts'
import { hashPassword, openReplay } from './replay.ts'

const NO_BINDINGS: Bindings = {}

/** Does the database's part of one request after the other, and returns which answer belongs to it. */
export function createWork(job: LimitJob): () => Promise<Recorded> {
  const scenario = scenarioNamed(job.scenario)
  const world = createWorld(job.size)
  const replay = job.database && openReplay(job.database.url, job.database.poolSize)
  const { memoryKib, passes } = job.passwordCost
  let next = job.from

  return async () => {
    const n = next++
    const recorded = job.recorded[n % job.recorded.length]
    if (!recorded) throw new Error(`Nothing was recorded for ${job.scenario}.`)
    if (!replay) return recorded
    if (scenario.hashesPassword) await hashPassword(memoryKib, passes)
    await replay.run(recorded.steps, scenario.bindings?.(world, n) ?? NO_BINDINGS)
    return recorded
  }
}
