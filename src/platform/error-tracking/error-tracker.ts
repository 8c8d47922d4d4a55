import { randomBytes } from 'node:crypto'
import type { ErrorEvent, Event } from '@sentry/node'
import { scrub } from '#platform/log/scrub.ts'

/** Where unforeseen failures are reported, besides the log. */
export interface ErrorTracker {
  /** Never throws and never waits: a tracker that is away slows nothing down. */
  capture(error: unknown, context: ErrorContext): void
  /** Notes how long something took; a share of all is sent. */
  measure(operation: MeasuredOperation): void
  /** Sends what is still on its way, for at most `seconds`. */
  close(seconds: number): Promise<void>
}

/** What is told beside the error: no personal data, only names from code and ids of requests and jobs. */
export interface ErrorContext {
  readonly operation: string
  readonly requestId?: string
  readonly jobId?: string
}

/** What the SDK calls a transaction, whose type it keeps to itself. */
type TransactionEvent = Event & { type: 'transaction' }

/** A request or a run of a job that has ended; its name is a route template or the job's. */
export interface MeasuredOperation {
  readonly kind: 'http.server' | 'queue.process'
  readonly name: string
  readonly seconds: number
  readonly isFailed: boolean
}

export const noErrorTracker: ErrorTracker = { capture: () => {}, measure: () => {}, close: async () => {} }

export interface SentrySettings {
  readonly dsn: string
  readonly release: string
  readonly environment: string
  /** The share of operations whose time is sent: 0 none, 1 all. */
  readonly tracesSampleRate: number
}

/**
 * Reports to Sentry. The SDK is loaded only here and only then; it instruments nothing, collects no request data, and
 * every event is scrubbed like a log line before it leaves.
 */
export async function createSentryTracker({
  dsn,
  release,
  environment,
  tracesSampleRate,
}: SentrySettings): Promise<ErrorTracker> {
  const { NodeClient, Scope, defaultStackParser, linkedErrorsIntegration, makeNodeTransport } = await import(
    '@sentry/node'
  )
  const client = new NodeClient({
    dsn,
    release,
    environment,
    transport: makeNodeTransport,
    stackParser: defaultStackParser,
    integrations: [linkedErrorsIntegration()],
    // Whole transactions, as we build them: the SDK's default, single spans, knows no hook for transactions.
    traceLifecycle: 'static',
    beforeSend: withoutPersonalData,
    beforeSendTransaction: (event) => withoutPersonalData(event),
  })
  client.init()
  return {
    capture(error, { operation, requestId, jobId }) {
      const scope = new Scope()
      scope.setTags({ operation, requestId, jobId })
      client.captureException(error, {}, scope)
    },
    measure(operation) {
      // The SDK would sample spans of its own; it made none of this.
      if (Math.random() < tracesSampleRate) client.captureEvent(transactionOf(operation))
    },
    close: async (seconds) => void (await client.close(seconds * 1000)),
  }
}

// Frames of stack traces lie deep.
const EVENT_DEPTH_MAX = 12

function transactionOf({ kind, name, seconds, isFailed }: MeasuredOperation): TransactionEvent {
  const ended = Date.now() / 1000
  return {
    type: 'transaction',
    transaction: name,
    transaction_info: { source: 'route' },
    start_timestamp: ended - seconds,
    timestamp: ended,
    contexts: {
      trace: {
        trace_id: randomBytes(16).toString('hex'),
        span_id: randomBytes(8).toString('hex'),
        op: kind,
        status: isFailed ? 'internal_error' : 'ok',
        data: {},
      },
    },
  }
}

function withoutPersonalData<E extends ErrorEvent | TransactionEvent>(event: E): E {
  const { server_name: _host, user: _user, request: _request, ...rest } = event
  return scrub(rest, EVENT_DEPTH_MAX) as E
}
