import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorTracker } from '#platform/error-tracking/error-tracker.ts'
import type { Log } from '#platform/log/log.ts'
import { createRequestLog } from '#platform/log/request-log.ts'
import { counter, gauge, histogram, type Metrics } from '#platform/metrics/metrics.ts'
import { beginOn, endOn } from './connections.ts'
import {
  asMethod,
  connectionsOpen,
  type HttpMethod,
  requestSeconds,
  requestsInFlight,
  requestsTotal,
  UNMATCHED,
} from './metrics.ts'

export interface ObservationSettings {
  readonly metrics: Metrics
  readonly log: Log
  readonly errors: ErrorTracker
  readonly logsRequests: boolean
}

export interface RequestObserver {
  /** Notes a request that has arrived: it is counted, timed and logged when its answer is out or its client gone. */
  observe(request: FastifyRequest, reply: FastifyReply, route: string | undefined): void
  /** Counts what was refused before it could be read as a request. */
  countUnread(status: number): void
}

/** Counts, times and logs every request, refused and unmatched ones included, by route template. */
export function createRequestObserver(
  app: FastifyInstance,
  { metrics, log, errors, logsRequests }: ObservationSettings,
): RequestObserver {
  const logRequest = logsRequests ? createRequestLog(log) : () => {}
  const seriesOf = createSeries(app, metrics)
  let inFlight = 0
  gauge(metrics, requestsInFlight, (set) => set({}, inFlight))
  gauge(metrics, connectionsOpen, (set) => {
    app.server.getConnections((_error, count) => set({}, count ?? 0))
  })

  function observe(request: FastifyRequest, reply: FastifyReply, route = UNMATCHED): void {
    const startedAt = performance.now()
    inFlight++
    const { raw } = reply
    const { socket } = request.raw
    // A connection that is gone no longer knows whose it was.
    const network = request.ip
    beginOn(socket)
    // `close` comes once, whether the answer was sent whole or the client went away.
    raw.on('close', () => {
      inFlight--
      endOn(socket)
      // 499 is the field's usual number for a client that left before it was answered whole.
      const isAnswered = raw.writableFinished || (raw.writableEnded && !socket.destroyed)
      const status = isAnswered ? raw.statusCode : 499
      const milliseconds = performance.now() - startedAt
      const series = seriesOf(route, request.method)
      series.count(status)
      series.time(milliseconds / 1000)
      errors.measure({
        kind: 'http.server',
        name: `${request.method} ${route}`,
        seconds: milliseconds / 1000,
        isFailed: status >= 500,
      })
      logRequest({ requestId: request.id, method: request.method, route, status, milliseconds, network })
    })
  }

  return { observe, countUnread: (status) => seriesOf(UNMATCHED, 'other').count(status) }
}

interface RouteSeries {
  readonly count: (status: number) => void
  readonly time: (seconds: number) => void
}

/**
 * Finds the series of a route and method without putting labels together anew. Counts of declared answers start at zero,
 * so that the first is seen as an increase. Times come with the first request: thirteen series a route are too many for
 * routes that nobody asks for, and a quantile needs no zero.
 */
function createSeries(app: FastifyInstance, metrics: Metrics): (route: string, method: string) => RouteSeries {
  const countRequest = counter(metrics, requestsTotal)
  const timeRequest = histogram(metrics, requestSeconds)
  const byRoute = new Map<string, Map<string, RouteSeries>>()

  function bind(route: string, method: HttpMethod, declared: readonly number[]): RouteSeries {
    const bound = (status: number) => countRequest.series({ method, route, status: String(status) })
    const byStatus = new Map(declared.map((status) => [status, bound(status)]))
    let time: ((seconds: number) => void) | undefined
    return {
      time(seconds) {
        time ??= timeRequest.series({ method, route })
        time(seconds)
      },
      count(status) {
        let count = byStatus.get(status)
        if (!count) {
          count = bound(status)
          byStatus.set(status, count)
        }
        count()
      },
    }
  }

  function seriesOf(route: string, method: string, declared: readonly number[] = []): RouteSeries {
    let byMethod = byRoute.get(route)
    if (!byMethod) {
      byMethod = new Map()
      byRoute.set(route, byMethod)
    }
    let series = byMethod.get(method)
    if (!series) {
      series = bind(route, asMethod(method), declared)
      // Of methods there are as many as Node's parser knows, so this stays small.
      byMethod.set(method, series)
    }
    return series
  }

  app.addHook('onReady', async () => {
    for (const { url, method, schema } of app.routeCatalogue) {
      const declared = Object.keys((schema?.response ?? {}) as object).flatMap((key) =>
        /^\d{3}$/.test(key) ? Number(key) : [],
      )
      for (const one of [method].flat()) seriesOf(url, one, declared)
    }
  })
  return seriesOf
}
