import type { FastifyInstance, RouteOptions } from 'fastify'
import type { ProblemType } from '#platform/problem/problem.ts'
import { problemResponses } from './problem-responses.ts'

/** What a route says about itself beside the schemas that Fastify knows; it all ends in the API reference. */
declare module 'fastify' {
  interface FastifySchema {
    /** Unique, a verb first: the name of the call in generated clients. */
    operationId?: string
    summary?: string
    /** Markdown. */
    description?: string
    tags?: readonly string[]
    /** Alternatives; set by guards. */
    security?: readonly Readonly<Record<string, readonly string[]>>[]
    /** Not part of the API: left out of its reference. */
    hide?: boolean
  }
}

/** Adds to every route registered below what a guard brings with it: its security scheme and its refusals. */
export function addRouteDocumentation(
  app: FastifyInstance,
  { security, problems }: { security?: Record<string, string[]>[]; problems: ProblemType<never>[] },
): void {
  const document = problemDocumenter(problems)
  app.addHook('onRoute', (route) => {
    document(route)
    if (security) route.schema = { ...route.schema, security }
  })
}

/** Adds refusals to routes that are being registered, beside those they declare themselves. */
export function problemDocumenter(problems: readonly ProblemType<never>[]): (route: RouteOptions) => void {
  const refusals = problemResponses(...problems)
  return (route) => {
    const response = (route.schema?.response ?? {}) as Record<string, unknown>
    route.schema = { ...route.schema, response: mergeResponses(response, refusals) }
  }
}

interface ProblemResponse {
  readonly description: string
  readonly 'x-problems'?: readonly { readonly code: string }[]
}

function mergeResponses(own: Record<string, unknown>, added: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...own }
  for (const [status, response] of Object.entries(added)) {
    const present = merged[status] as ProblemResponse | undefined
    merged[status] = present ? mergeResponse(present, response as ProblemResponse) : response
  }
  return merged
}

function mergeResponse(present: ProblemResponse, added: ProblemResponse): ProblemResponse {
  const known = present['x-problems'] ?? []
  const fresh = (added['x-problems'] ?? []).filter(({ code }) => !known.some((one) => one.code === code))
  if (fresh.length === 0) return present
  return {
    ...present,
    description: `${present.description}; ${added.description}`,
    'x-problems': [...known, ...fresh],
  }
}
