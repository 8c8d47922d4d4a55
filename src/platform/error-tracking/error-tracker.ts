import type { ErrorEvent } from '@sentry/node'
import { scrub } from '#platform/log/scrub.ts'

/** Where unforeseen failures are reported, besides the log. */
export interface ErrorTracker {
  /** Never throws and never waits: a tracker that is away slows nothing down. */
  capture(error: unknown, context: ErrorContext): void
  /** Sends what is still on its way, for at most `seconds`. */
  close(seconds: number): Promise<void>
}

/** What is told beside the error: no personal data, only names from code and ids of requests and jobs. */
export interface ErrorContext {
  readonly operation: string
  readonly requestId?: string
  readonly jobId?: string
}

export const noErrorTracker: ErrorTracker = { capture: () => {}, close: async () => {} }

export interface SentrySettings {
  readonly dsn: string
  readonly release: string
  readonly environment: string
}

/**
 * Reports to Sentry. The SDK is loaded only here and only then; it instruments nothing, collects no request data, and
 * every event is scrubbed like a log line before it leaves.
 */
export async function createSentryTracker({ dsn, release, environment }: SentrySettings): Promise<ErrorTracker> {
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
    beforeSend: withoutPersonalData,
  })
  client.init()
  return {
    capture(error, { operation, requestId, jobId }) {
      const scope = new Scope()
      scope.setTags({ operation, requestId, jobId })
      client.captureException(error, {}, scope)
    },
    close: async (seconds) => void (await client.close(seconds * 1000)),
  }
}

// Frames of stack traces lie deep.
const EVENT_DEPTH_MAX = 12

function withoutPersonalData(event: ErrorEvent): ErrorEvent {
  const { server_name: _host, user: _user, request: _request, ...rest } = event
  return scrub(rest, EVENT_DEPTH_MAX) as ErrorEvent
}
