import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerSocketError } from './socket-errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Longest time a body may take to arrive whole; default 120. */
    bodySeconds?: number
  }
}

const BODY_SECONDS = 120
/** Whoever goes on sending after the answer has so long to read it; then his connection ends. */
const UNREAD_SECONDS = 5

/**
 * Bounds the time a body takes, by route: Node's own `requestTimeout` is one for all of them, and a large upload takes
 * long. A body that is refused before its end is thrown away for a moment, so that the client gets to read the answer
 * (a connection closed with bytes unread is reset), and no longer: nobody reads the rest of a refused upload.
 */
export function boundBody(
  request: FastifyRequest,
  { raw: answer }: FastifyReply,
  bodySeconds = BODY_SECONDS,
  unreadSeconds = UNREAD_SECONDS,
): void {
  const { headers, raw } = request
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return
  whenUnreadAfter(request, bodySeconds, () => {
    answerSocketError(late, raw.socket, request.id)
    whenUnreadAfter(request, unreadSeconds, () => raw.destroy())
  })
  answer.once('finish', () => {
    if (!isUnread(request)) return
    raw.unpipe()
    raw.resume()
    whenUnreadAfter(request, unreadSeconds, () => raw.destroy())
  })
}

const late = Object.assign(new Error('The body takes too long'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })

function isUnread({ raw }: FastifyRequest): boolean {
  // Undefined where the request was injected, and has no connection.
  return raw.complete === false && !raw.destroyed
}

function whenUnreadAfter(request: FastifyRequest, seconds: number, end: () => void): void {
  const timer = setTimeout(() => {
    if (isUnread(request)) end()
  }, seconds * 1000)
  timer.unref()
  request.raw.once('close', () => clearTimeout(timer))
}
