import type { FastifyInstance } from 'fastify'
import type { ProblemType } from '#platform/problem/problem.ts'
import { problemResponses } from './problem-responses.ts'

/** Adds to every route registered below what a guard brings with it: its security scheme and its refusals. */
export function addRouteDocumentation(
  app: FastifyInstance,
  { security, problems }: { security?: Record<string, string[]>[]; problems: ProblemType<never>[] },
): void {
  app.addHook('onRoute', (route) => {
    const responses = (route.schema?.response ?? {}) as Record<string, unknown>
    route.schema = {
      ...route.schema,
      ...(security && { security }),
      response: mergeResponses(responses, problemResponses(...problems)),
    }
  })
}

interface ProblemResponse {
  readonly description: string
  readonly 'x-problems'?: unknown[]
}

function mergeResponses(own: Record<string, unknown>, added: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...own }
  for (const [status, response] of Object.entries(added)) {
    const present = merged[status] as ProblemResponse | undefined
    const extra = response as ProblemResponse
    merged[status] = present
      ? {
          ...present,
          description: `${present.description}; ${extra.description}`,
          'x-problems': [...(present['x-problems'] ?? []), ...(extra['x-problems'] ?? [])],
        }
      : response
  }
  return merged
}
