import type { Server } from '#platform/http/server.ts'
import type { JobRegistryParts } from '#platform/jobs/registry.ts'
import type { Log } from '#platform/log/log.ts'
import { reasonOf, StartError } from './start-error.ts'

/** What one feature adds to the product once it is set up. */
export interface Feature extends Partial<JobRegistryParts> {
  /** Registers its routes, in a scope of their own below the prefix of the API. */
  readonly routes: (app: Server) => Promise<void>
}

export interface FeaturesSettings {
  /** STRICT_ROUTER_IMPORTS. */
  readonly isStrict: boolean
  readonly log: Log
}

export type Features = ReturnType<typeof createFeatures>

/** The features of one process, in the order in which they were set up. */
export function createFeatures({ isStrict, log }: FeaturesSettings) {
  const features: Feature[] = []
  const leftOut: string[] = []

  /**
   * Adds a feature. When `setUp` throws: strict throws a `StartError`; otherwise the feature is left out, its addresses
   * answer 404, its jobs wait, and `/ready` names it.
   */
  async function add(name: string, setUp: () => Feature | Promise<Feature>): Promise<void> {
    try {
      features.push(await setUp())
    } catch (error) {
      if (isStrict) throw refusedStart(name, error)
      log.error({ err: error, feature: name }, 'a feature cannot be set up and is left out')
      leftOut.push(name)
    }
  }

  /** Registers the routes of all that was set up. */
  async function routes(app: Server): Promise<void> {
    for (const one of features) await app.register(one.routes)
  }

  /** What all that was set up adds to the jobs of the product. */
  function jobs(): JobRegistryParts {
    return {
      jobs: features.flatMap((one) => one.jobs ?? []),
      handlers: features.flatMap((one) => one.handlers ?? []),
      recurring: features.flatMap((one) => one.recurring ?? []),
    }
  }

  return { add, routes, jobs, leftOut: leftOut as readonly string[] }
}

function refusedStart(name: string, cause: unknown): StartError {
  const reason = `cannot be set up, and STRICT_ROUTER_IMPORTS=true allows no start without it: ${reasonOf(cause)}`
  return new StartError(`The feature “${name}” ${reason}`, cause)
}
