import type { FastifyReply, FastifyRequest } from 'fastify'
import { cachedBody, sendCached } from '#platform/http/cached-body.ts'
import { sendVersionedAfresh } from '#platform/http/conditional.ts'

export interface Representation {
  readonly version: number
  readonly body: object
  /** The reader is of the staff, and may want to change what is read. */
  readonly isForStaff: boolean
}

/**
 * Sends a course or a lesson. The ETag for staff is its version, which `If-Match` wants; they always get all of it,
 * since names of people and the places of lessons change without it. The ETag for others is a hash of what they get,
 * or they get 304.
 */
export function sendRepresentation(
  request: FastifyRequest,
  reply: FastifyReply,
  { version, body, isForStaff }: Representation,
): FastifyReply {
  if (!isForStaff) return sendCached(request, reply, cachedBody(JSON.stringify(body)))
  return sendVersionedAfresh(reply, version, body)
}
