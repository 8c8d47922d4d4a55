import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import {
  type Accounts,
  accountJobs,
  accountRecurring,
  accountsRoutes,
  createAccountHandlers,
  createAccounts,
} from '#modules/accounts/index.ts'
import { adminRoutes, createAdmin } from '#modules/admin/index.ts'
import {
  authJobs,
  authRecurring,
  authRoutes,
  createAccessTokens,
  createAuth,
  createAuthentication,
  createAuthHandlers,
  createBlacklist,
  createPasswords,
  selectRecentRevocations,
} from '#modules/auth/index.ts'
import { createMaintenanceFollower, type MaintenanceFollower } from '#modules/maintenance/index.ts'
import { pendingMigrations } from '#platform/database/migrate.ts'
import type { EphemeralStore } from '#platform/ephemeral/ephemeral-store.ts'
import type { ErrorTracker } from '#platform/error-tracking/error-tracker.ts'
import { healthRoutes } from '#platform/http/health-routes.ts'
import { problemPages } from '#platform/http/pages/problem-pages.ts'
import { startPage } from '#platform/http/pages/start-page.ts'
import { createReadiness, type Readiness, type ReadinessCheck } from '#platform/http/readiness.ts'
import { referenceRoutes } from '#platform/http/reference/reference-routes.ts'
import { createServer, type Server } from '#platform/http/server.ts'
import { idempotentRoutes } from '#platform/idempotency/idempotent-routes.ts'
import {
  purgeIdempotencyClaims,
  purgeIdempotencyClaimsHandler,
  purgeIdempotencyClaimsHourly,
} from '#platform/idempotency/jobs.ts'
import { createJobMetrics, type JobMetrics } from '#platform/jobs/job-metrics.ts'
import { createJobRegistry, type JobRegistry } from '#platform/jobs/registry.ts'
import type { Log } from '#platform/log/log.ts'
import type { Mail } from '#platform/mail/mail.ts'
import { createMailer } from '#platform/mail/mailer.ts'
import { createMailRenderer } from '#platform/mail/template.ts'
import type { Metrics } from '#platform/metrics/metrics.ts'
import type { Storage } from '#platform/storage/storage.ts'
import { createThrottle } from '#platform/throttle/throttle.ts'
import { addFeatures } from './add-features.ts'
import type { Config } from './config.ts'
import type { Database } from './database.ts'
import { createFeatures } from './features.ts'
import { migrations } from './migrations/index.ts'
import { API_PREFIX, productVersion, referenceInfo } from './reference.ts'

/** What the product stands on: real components in production, real but smaller ones in embedded mode. */
export interface Adapters {
  readonly db: Kysely<Database>
  readonly store: EphemeralStore
  readonly log: Log
  readonly metrics: Metrics
  readonly errors: ErrorTracker
  readonly mail: Mail
  /** Opens where files are kept; rejects when that cannot be used. */
  readonly openStorage: () => Promise<Storage>
  readonly now: () => Date
  readonly newId: () => string
}

export interface App {
  readonly server: Server
  readonly jobs: JobRegistry
  readonly jobMetrics: JobMetrics
  readonly maintenance: MaintenanceFollower
  /** How the first administrator comes to be. */
  readonly setup: Pick<Accounts, 'ensureSetupToken' | 'createAdministrator'>
  /** From now on `/ready` says no; everything else goes on. */
  drain(): void
}

/**
 * Builds every module once, by hand, in the order in which they need each other. `servesApi: false` is for a worker: its
 * server answers for health and metrics only.
 */
export async function createApp(
  config: Config,
  adapters: Adapters,
  { servesApi }: { servesApi: boolean } = { servesApi: true },
): Promise<App> {
  const { db, store, log, metrics, errors, mail, now, newId } = adapters
  let isDraining = false
  const maintenance = createMaintenanceFollower({ db, log, metrics, now })

  const passwords = createPasswords({ memoryKib: config.PASSWORD_HASH_MEMORY_KIB, passes: config.PASSWORD_HASH_PASSES })
  const accessTokens = createAccessTokens({ secretKey: config.SECRET_KEY, minutes: config.ACCESS_TOKEN_MINUTES, now })
  const blacklist = createBlacklist({
    store,
    log,
    metrics,
    failsClosed: config.ACCESS_TOKEN_BLACKLIST_FAIL_CLOSED,
    accessTokenSeconds: accessTokens.expiresInSeconds,
    recentRevocations: () =>
      selectRecentRevocations(db, new Date(now().getTime() - accessTokens.expiresInSeconds * 1000)),
  })
  const authentication = createAuthentication({ accessTokens, blacklist, metrics })
  const throttle = createThrottle({ store, metrics, now })
  const auth = createAuth({
    db,
    log,
    metrics,
    now,
    newId,
    throttle,
    passwords,
    accessTokens,
    blacklist,
    secretKey: config.SECRET_KEY,
    productName: config.PRODUCT_NAME,
    refreshTokenDays: config.REFRESH_TOKEN_DAYS,
    loginFailuresPerAccount: config.LOGIN_FAILURES_PER_ACCOUNT,
    loginFailuresPerNetwork: config.LOGIN_FAILURES_PER_NETWORK,
  })
  const accounts = createAccounts({
    db,
    metrics,
    now,
    newId,
    auth,
    passwords,
    throttle,
    secretKey: config.SECRET_KEY,
    registrationsPerNetwork: config.REGISTRATIONS_PER_NETWORK,
    mailsPerNetwork: config.MAILS_PER_NETWORK,
  })
  const admin = createAdmin({ db, now, newId, auth, accounts })

  const render = createMailRenderer({
    productName: config.PRODUCT_NAME,
    frontendBaseUrl: config.FRONTEND_BASE_URL,
  })
  const mailer = createMailer({ mail, render, metrics })
  const features = createFeatures({ isStrict: config.STRICT_ROUTER_IMPORTS, log })
  await addFeatures(features, config, adapters, { authentication, mailer })

  const added = features.jobs()
  const jobs = createJobRegistry({
    jobs: [purgeIdempotencyClaims, ...authJobs, ...accountJobs, ...added.jobs],
    handlers: [
      purgeIdempotencyClaimsHandler({ db, now }),
      ...createAuthHandlers({ db, now, mailer, refreshTokenDays: config.REFRESH_TOKEN_DAYS }),
      ...createAccountHandlers({ db, mailer, now, tokens: accounts.tokens }),
      ...added.handlers,
    ],
    recurring: [purgeIdempotencyClaimsHourly, ...authRecurring, ...accountRecurring, ...added.recurring],
  })
  const jobMetrics = createJobMetrics({ db, metrics, jobs, now })

  const server = createServer({
    log,
    metrics,
    errors,
    // A worker is asked for its health and metrics by its address, from within.
    trustedHosts: servesApi ? config.TRUSTED_HOSTS : ['*'],
    trustedProxies: config.TRUSTED_PROXIES,
    corsOrigins: config.CORS_ORIGINS,
    rateLimit: {
      requestsPerMinute: config.RATE_LIMIT_PER_MINUTE,
      accountOf: authentication.accountOf,
      now: () => now().getTime(),
    },
    maintenance: {
      notice: maintenance.notice,
      passes: authentication.isAdministrator,
      now: () => now().getTime(),
    },
    isDraining: () => isDraining,
    logsRequests: config.ACCESS_LOG,
  })
  server.decorateRequest('principal', null)
  server.decorateRequest('tokenReading', null)
  idempotentRoutes(server, { db, metrics, now, accountOf: (request) => request.principal?.userId ?? null })

  const readiness = createReadiness({
    release: config.RELEASE,
    checks: readinessChecks(config, adapters),
    leftOut: features.leftOut,
    maintenance: maintenance.notice,
    isDraining: () => isDraining,
  })
  await server.register(healthRoutes, { prefix: API_PREFIX, release: config.RELEASE, readiness })
  if (config.METRICS_ENABLED) {
    server.get('/metrics', { config: { monitoring: true }, schema: { hide: true } }, async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.metrics()),
    )
  }
  if (servesApi) {
    await server.register(
      async function api(app) {
        await app.register(authRoutes, { auth, authentication })
        await app.register(accountsRoutes, { accounts, authentication })
        await app.register(adminRoutes, { admin, authentication })
        await features.routes(app)
      },
      { prefix: API_PREFIX },
    )
    await pages(server, config, readiness)
  }

  return {
    server,
    jobs,
    jobMetrics,
    maintenance,
    setup: accounts,
    drain() {
      isDraining = true
    },
  }
}

/** What is served beside the API, for people. */
async function pages(server: Server, config: Config, readiness: () => Promise<Readiness>) {
  await server.register(startPage, {
    productName: config.PRODUCT_NAME,
    version: productVersion,
    apiPrefix: API_PREFIX,
    servesReference: config.ENABLE_API_DOCS,
    servesMetrics: config.METRICS_ENABLED,
    readiness,
  })
  await server.register(referenceRoutes, {
    info: referenceInfo,
    apiPrefix: API_PREFIX,
    servesPage: config.ENABLE_API_DOCS,
  })
  await server.register(problemPages)
}

function readinessChecks(config: Config, { db, store }: Adapters): ReadinessCheck[] {
  let isMigrated = false
  return [
    { name: 'database', check: async () => void (await sql`select 1`.execute(db)) },
    {
      name: 'migrations',
      async check() {
        if (isMigrated) return
        const pending = await pendingMigrations(db, migrations)
        if (pending.length > 0) throw new Error(`pending: ${pending.join(', ')}`)
        isMigrated = true
      },
    },
    ...(config.REDIS_URL === '' ? [] : [{ name: 'redis', check: () => store.check() }]),
  ]
}
