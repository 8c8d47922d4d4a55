import { createHash } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'

// Beyond this, putting head and text together costs more than sending two pieces.
const TEXT_MAX_BYTES = 32 * 1024

/** A representation that is made once and sent many times, byte for byte. */
export interface CachedBody {
  readonly bytes: Buffer
  /** A character for each byte, where they are few: Node sends head and text in one piece, but a buffer apart. */
  readonly text: string | null
  readonly contentType: string
  readonly etag: string
}

/** Prepares `content` for `sendCached`; the ETag is a hash of the bytes. */
export function cachedBody(content: string | Buffer, contentType = 'application/json; charset=utf-8'): CachedBody {
  const bytes = Buffer.from(content)
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  return { bytes, text: bytes.length <= TEXT_MAX_BYTES ? bytes.toString('latin1') : null, contentType, etag }
}

/** Sends the bytes as they are, or 304 to a client that has them already: no serialisation, no hashing. */
export function sendCached(
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, text, contentType, etag }: CachedBody,
  cacheControl = 'private, no-cache',
): FastifyReply {
  reply.header('etag', etag).header('cache-control', cacheControl)
  const known = request.headers['if-none-match']
  if (known !== undefined && matches(known, etag)) return reply.code(304).send()
  reply.header('content-type', contentType).header('content-length', bytes.length)
  if (text === null || request.method === 'HEAD') return reply.send(bytes)
  // Past Fastify, which would take the text for UTF-8: `latin1` makes the bytes of it again.
  reply.hijack()
  reply.raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders).end(text, 'latin1')
  return reply
}

/** True when `If-None-Match` names the ETag; validators are compared weakly there (RFC 9110, section 13.1.2). */
export function matches(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch === etag || ifNoneMatch === '*') return true
  return ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}
