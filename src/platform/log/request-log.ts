import pino, { type DestinationStream } from 'pino'
import type { Log } from './log.ts'

/** One answered request. Nothing in it comes from the client but the method and the address it came from. */
export interface RequestLine {
  readonly requestId: string
  readonly method: string
  /** The route's template, never the address that was asked for. */
  readonly route: string
  readonly status: number
  readonly milliseconds: number
  readonly network: string
}

/**
 * Writes lines like those of `log.info(line, 'request')`, put together by hand: the general way, with its search for
 * secrets, takes longer than many a request, and these fields cannot hold any.
 */
export function createRequestLog(log: Log): (line: RequestLine) => void {
  if (!log.isLevelEnabled('info')) return () => {}
  const stream = (log as unknown as { [pino.symbols.streamSym]: DestinationStream })[pino.symbols.streamSym]
  const base = JSON.stringify(log.bindings()).slice(1, -1)
  const fields = base === '' ? '' : `${base},`
  const quotedRoutes = new Map<string, string>()

  function quoted(route: string): string {
    let text = quotedRoutes.get(route)
    if (text === undefined) {
      text = JSON.stringify(route)
      quotedRoutes.set(route, text)
    }
    return text
  }

  // Many requests share a millisecond, and few things here take as long as writing a date.
  let writtenAt = 0
  let time = ''

  return ({ requestId, method, route, status, milliseconds, network }) => {
    const now = Date.now()
    if (now !== writtenAt) {
      writtenAt = now
      time = new Date(now).toISOString()
    }
    stream.write(
      `{"level":"info","time":"${time}",${fields}"requestId":"${requestId}","method":"${method}","route":${quoted(route)},"status":${status},"milliseconds":${Math.round(milliseconds * 10) / 10},"network":${JSON.stringify(network)},"msg":"request"}\n`,
    )
  }
}
