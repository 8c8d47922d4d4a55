import type { FastifyRequest } from 'fastify'
import { networkOf } from '#platform/http/network.ts'

/** Where a request comes from, as the owner of a session sees it in the list of his sessions. */
export interface Client {
  readonly network: string
  readonly userAgent: string
}

export function clientOf(request: FastifyRequest): Client {
  return { network: networkOf(request.ip), userAgent: (request.headers['user-agent'] ?? '').slice(0, 300) }
}
