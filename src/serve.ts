import { migrate } from '#platform/database/migrate.ts'
import { type JobSettings, type RunningJobs, startJobs } from '#platform/jobs/start-jobs.ts'
import { type OpenAdapters, openAdapters, withEmbeddedDefaults } from './adapters.ts'
import { type App, createApp } from './app.ts'
import type { Config } from './config.ts'
import { migrations } from './migrations/index.ts'

export interface Running {
  readonly address: string
  /** Stops in the order that loses nothing: not ready, keep serving, close, let jobs finish. */
  stop(): Promise<void>
}

/** Starts the API, and in embedded mode the job runner with it. */
export async function serve(given: Config): Promise<Running> {
  const config = withEmbeddedDefaults(given)
  const adapters = await openAdapters(config)
  if (config.MIGRATE_ON_START) {
    const applied = await migrate(adapters.db, migrations)
    if (applied.length > 0) adapters.log.info({ migrations: applied }, 'database migrated')
  }
  const app = await createApp(config, adapters)
  const address = await app.server.listen({ host: config.HOST, port: config.PORT })
  const jobs = await startJobs(
    { ...adapters, jobs: app.jobs, metrics: app.jobMetrics, settings: jobSettings(config) },
    { runs: false },
  )
  return { address, stop: () => stop(config, app, jobs, adapters) }
}

async function stop(config: Config, app: App, jobs: RunningJobs, adapters: OpenAdapters): Promise<void> {
  app.drain()
  // The proxy must notice “not ready” before the first connection is refused.
  await new Promise((resolve) => setTimeout(resolve, config.SHUTDOWN_DELAY_SECONDS * 1000))
  await app.server.close()
  await jobs.stop(config.SHUTDOWN_TIMEOUT_SECONDS)
  await adapters.close()
}

function jobSettings(config: Config): JobSettings {
  return {
    concurrency: config.JOB_CONCURRENCY,
    leaseSeconds: config.JOB_LEASE_SECONDS,
    redis: config.TASKS_FORCE_INLINE ? null : { url: config.REDIS_URL, prefix: config.REDIS_PREFIX },
  }
}
