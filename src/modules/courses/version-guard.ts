import type { FastifyRequest } from 'fastify'
import { requireMatch } from '#platform/http/conditional.ts'

/** Called with the present version under the lock; throws when the client meant another one. */
export type VersionGuard = (version: number) => void

/** The guard that the request's `If-Match` asks for. */
export function versionGuard(request: FastifyRequest): VersionGuard {
  return (version) => requireMatch(request, version)
}
