import type { TestContext } from 'node:test'
import { noErrorTracker } from '#platform/error-tracking/error-tracker.ts'
import { createServer, type Server, type ServerSettings } from '#platform/http/server.ts'
import { createLog } from '#platform/log/log.ts'
import { createMetrics } from '#platform/metrics/metrics.ts'

/** The HTTP platform without the product, for tests that bring their own routes; closed with the test. */
export function createBareServer(t: TestContext, settings: Partial<ServerSettings> = {}): Server {
  const app = createServer({
    log: createLog({ level: 'silent', format: 'json' }),
    metrics: createMetrics(),
    errors: noErrorTracker,
    trustedHosts: ['*'],
    trustedProxies: [],
    corsOrigins: [],
    rateLimit: { requestsPerMinute: 0, accountOf: () => null, now: Date.now },
    maintenance: { notice: () => null, passes: () => false, now: Date.now },
    isDraining: () => false,
    logsRequests: false,
    ...settings,
  })
  t.after(() => app.close())
  return app
}
