import { type JobSettings, type RunningJobs, startJobs } from '#platform/jobs/start-jobs.ts'
import { yieldPoolToEventLoop } from '#platform/threads/yield-pool.ts'
import { type OpenAdapters, openAdapters, withEmbeddedDefaults } from './adapters.ts'
import { type App, createApp } from './app.ts'
import type { Config } from './config.ts'
import { prepareDatabase } from './prepare-database.ts'
import { reasonOf, StartError } from './start-error.ts'

/** `serve`: the API, and jobs in embedded mode. `work`: jobs. `all`: both. */
export type Role = 'serve' | 'work' | 'all'

export interface Running {
  readonly address: string
  /** The settings in effect, embedded defaults included. */
  readonly config: Config
  /** Only at the first start without an administrator, and only once. */
  readonly setupToken: string | null
  /** Stops in the order that loses nothing: not ready, keep serving, close, let jobs finish. */
  stop(): Promise<void>
}

/** Starts what the role says. A foreseeable mistake is a `StartError`, and leaves nothing open. */
export async function start(given: Config, role: Role): Promise<Running> {
  if (role === 'work' && given.TASKS_FORCE_INLINE) {
    throw new StartError('There is no work for workers: TASKS_FORCE_INLINE is true, so jobs run in the API process.')
  }
  const config = withEmbeddedDefaults(given)
  const adapters = await openAdapters(config)
  await yieldPoolToEventLoop()
  try {
    await prepareDatabase(config, adapters.db, adapters.log)
    const app = await createApp(config, adapters, { servesApi: role !== 'work' })
    await app.maintenance.refresh()
    const address = await listen(app, config)
    const jobs = await startJobs(
      { ...adapters, jobs: app.jobs, metrics: app.jobMetrics, settings: jobSettings(config) },
      { runs: role !== 'serve' },
    )
    const unfollow = app.maintenance.follow()
    const setupToken = role === 'work' ? null : await app.setup.ensureSetupToken()
    return {
      ...{ address, config, setupToken },
      stop() {
        unfollow()
        return stop(config, app, jobs, adapters)
      },
    }
  } catch (error) {
    await adapters.close()
    throw error
  }
}

async function listen({ server }: App, { HOST, PORT }: Config): Promise<string> {
  try {
    return await server.listen({ host: HOST, port: PORT })
  } catch (error) {
    const reason = reasonOf(error)
    const advice: Record<string, string> = {
      EADDRINUSE: 'something listens there already: stop it, or set PORT',
      EACCES: 'this user may not use that port: set PORT to 1024 or more',
      EADDRNOTAVAIL: 'this machine has no such address: set HOST',
      ENOTFOUND: 'this host name is unknown: set HOST',
    }
    throw advice[reason] ? new StartError(`Cannot listen on ${HOST}:${PORT}: ${advice[reason]}.`, error) : error
  }
}

async function stop(config: Config, app: App, jobs: RunningJobs, adapters: OpenAdapters): Promise<void> {
  app.drain()
  // The proxy must notice “not ready” before the first connection is refused.
  await new Promise((resolve) => setTimeout(resolve, config.SHUTDOWN_DELAY_SECONDS * 1000))
  const deadline = performance.now() + config.SHUTDOWN_TIMEOUT_SECONDS * 1000
  const secondsLeft = () => Math.max(1, (deadline - performance.now()) / 1000)
  const cutOff = await app.server.closeGracefully(secondsLeft())
  if (cutOff > 0) adapters.log.warn({ connections: cutOff }, 'cut off: no end within SHUTDOWN_TIMEOUT_SECONDS')
  await jobs.stop(secondsLeft())
  await adapters.close()
}

function jobSettings(config: Config): JobSettings {
  return {
    concurrency: config.JOB_CONCURRENCY,
    leaseSeconds: config.JOB_LEASE_SECONDS,
    redis: config.TASKS_FORCE_INLINE ? null : { url: config.REDIS_URL, prefix: config.REDIS_PREFIX },
  }
}
