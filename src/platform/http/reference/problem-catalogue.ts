import type { RouteOptions } from 'fastify'
import type { ProblemType } from '#platform/problem/problem.ts'
import { underMaintenance } from '../maintenance.ts'
import {
  bodyTooLarge,
  databaseUnavailable,
  internalError,
  invalidRequest,
  malformedRequest,
  overloaded,
  unsupportedMediaType,
  wrongHost,
} from '../problems.ts'
import { rateLimited } from '../rate-limit.ts'

/** What is told about one kind of problem at the address that its `type` names. */
export type ProblemEntry = Readonly<Pick<ProblemType, 'code' | 'status' | 'title' | 'advice'>>

/** The problems a route declares, by its guards and by itself, and those that any route of its kind can meet. */
export function problemsOf(route: RouteOptions): ProblemEntry[] {
  const responses = Object.values((route.schema?.response ?? {}) as Record<string, { 'x-problems'?: ProblemEntry[] }>)
  return [...responses.flatMap((response) => response['x-problems'] ?? []), ...commonProblemsOf(route)]
}

/** Every kind of problem the given routes can answer with, by code. */
export function catalogueOf(routes: readonly RouteOptions[], others: readonly ProblemEntry[] = []): ProblemEntry[] {
  const byCode = new Map<string, ProblemEntry>()
  for (const problem of [...routes.flatMap(problemsOf), ...others]) byCode.set(problem.code, entryOf(problem))
  return [...byCode.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
}

function commonProblemsOf({ schema, config }: RouteOptions): ProblemEntry[] {
  // Without any of its own, a route that takes a key may still get one that is invalid.
  const hasInput = schema?.params ?? schema?.querystring ?? schema?.body ?? schema?.headers ?? config?.idempotent
  return [
    ...(hasInput ? [invalidRequest] : []),
    malformedRequest,
    ...(schema?.body ? [bodyTooLarge, unsupportedMediaType] : []),
    wrongHost,
    ...(config?.monitoring ? [] : [rateLimited]),
    ...(config?.monitoring || config?.duringMaintenance ? [] : [underMaintenance]),
    internalError,
    databaseUnavailable,
    overloaded,
  ]
}

// Problem types are functions: only what is said of them is told.
function entryOf({ code, status, title, advice }: ProblemEntry): ProblemEntry {
  return { code, status, title, advice }
}
