import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { defineProblem } from '#platform/problem/problem.ts'
import { matches } from './cached-body.ts'
import { problemDocumenter } from './route-documentation.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A GET answers with `sendVersioned`; a change calls `requireMatch`. Documents ETag, 304, If-Match and 412. */
    versioned?: true
  }
}

export const versionChanged = defineProblem<{ current: string }>({
  code: 'request/version-changed',
  status: 412,
  title: 'Changed in the meantime',
  advice: 'Read the resource again, apply your change to what it is now, and send its new ETag in If-Match.',
  detail: ({ current }) => `Somebody changed it since you read it; its ETag is now ${current}.`,
})

/** Documents the refusal that every route below with `config: { versioned: true }` can give to a change. */
export function documentVersions(app: FastifyInstance): void {
  const document = problemDocumenter([versionChanged])
  app.addHook('onRoute', (route) => {
    if (route.config?.versioned && route.method !== 'GET' && route.method !== 'HEAD') document(route)
  })
}

/** The strong ETag of a representation whose row counts its changes. */
export function etagOf(version: number): string {
  return `"${version}"`
}

/** Refuses a change whose `If-Match` names another version; without the header the last writer wins. */
export function requireMatch(request: FastifyRequest, version: number): void {
  const wanted = request.headers['if-match']
  if (wanted === undefined || wanted === '*') return
  const current = etagOf(version)
  if (!wanted.split(',').some((one) => one.trim() === current)) throw versionChanged({ current })
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
  if (known !== undefined && matches(known, etag)) return reply.code(304).send()
  return reply.send(body)
}

/**
 * Sends `body` with the ETag that `If-Match` wants, and always all of it: for what also holds names, titles or counts
 * that change without its own version, so that a version does not tell whether a client's copy is still right.
 */
export function sendVersionedAfresh(reply: FastifyReply, version: number, body: unknown): FastifyReply {
  return reply.header('etag', etagOf(version)).header('cache-control', 'private, no-store').send(body)
}
