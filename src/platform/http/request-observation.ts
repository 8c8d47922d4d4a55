import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Log } from '#platform/log/log.ts'
import { counter, gauge, histogram, type Metrics } from '#platform/metrics/metrics.ts'
import {
  asMethod,
  connectionsOpen,
  type HttpMethod,
  requestSeconds,
  requestsInFlight,
  requestsTotal,
  UNMATCHED,
} from './metrics.ts'

/** Counts, times and logs every request, refused and unmatched ones included, by route template. */
export function observeRequests(
  app: FastifyInstance,
  { metrics, log, logsRequests }: { metrics: Metrics; log: Log; logsRequests: boolean },
): void {
  const countRequest = counter(metrics, requestsTotal)
  const timeRequest = histogram(metrics, requestSeconds)
  const setInFlight = gauge(metrics, requestsInFlight)
  gauge(metrics, connectionsOpen, (set) => {
    app.server.getConnections((_error, count) => set({}, count ?? 0))
  })
  let inFlight = 0

  app.addHook('onReady', async () => {
    for (const { url, method, schema } of app.routeCatalogue) {
      const methods = [method].flat().map(asMethod)
      const statuses = Object.keys((schema?.response ?? {}) as object).filter((status) => /^\d{3}$/.test(status))
      for (const one of methods) for (const status of statuses) countRequest({ method: one, route: url, status }, 0)
    }
  })

  app.addHook('onRequest', (request, reply, done) => {
    setInFlight({}, ++inFlight)
    // `close` comes once, whether the answer was sent whole or the client went away.
    reply.raw.once('close', () => {
      setInFlight({}, --inFlight)
      const method: HttpMethod = asMethod(request.method)
      const route = request.is404 ? UNMATCHED : (request.routeOptions.url ?? UNMATCHED)
      // 499 is the field's usual number for a client that left before it was answered.
      const status = reply.raw.writableFinished ? reply.raw.statusCode : 499
      countRequest({ method, route, status: String(status) })
      timeRequest({ method, route }, reply.elapsedTime / 1000)
      if (logsRequests) logRequest(request, route, status, reply.elapsedTime)
    })
    done()
  })

  function logRequest(request: FastifyRequest, route: string, status: number, milliseconds: number): void {
    log.info(
      {
        requestId: request.id,
        method: request.method,
        route,
        status,
        milliseconds: Math.round(milliseconds * 10) / 10,
        network: request.ip,
      },
      'request',
    )
  }
}
