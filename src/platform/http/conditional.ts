import type { FastifyReply, FastifyRequest } from 'fastify'
import { defineProblem } from '#platform/problem/problem.ts'

export const versionChanged = defineProblem<{ current: string }>({
  code: 'request/version-changed',
  status: 412,
  title: 'Changed in the meantime',
  advice: 'Read the resource again, apply your change to what it is now, and send its new ETag in If-Match.',
  detail: ({ current }) => `Somebody changed it since you read it; its ETag is now ${current}.`,
})

/** The strong ETag of a representation whose row counts its changes. */
export function etagOf(version: number): string {
  return `"${version}"`
}

/** Refuses a change whose `If-Match` names another version; without the header the last writer wins. */
export function requireMatch(request: FastifyRequest, version: number): void {
  const wanted = request.headers['if-match']
  if (wanted === undefined || wanted === '*') return
  const current = etagOf(version)
  if (!listOf(wanted).includes(current)) throw versionChanged({ current })
}

/** Sends `body` with its ETag, or 304 when the client has it already. */
export function sendVersioned(
  request: FastifyRequest,
  reply: FastifyReply,
  version: number,
  body: unknown,
): FastifyReply {
  const etag = etagOf(version)
  reply.header('etag', etag).header('cache-control', 'private, no-cache')
  const known = request.headers['if-none-match']
  if (known !== undefined && listOf(known).some((one) => one === '*' || one.replace(/^W\//, '') === etag)) {
    return reply.code(304).send()
  }
  return reply.send(body)
}

function listOf(header: string): string[] {
  return header.split(',').map((part) => part.trim())
}
