import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '#platform/problem/problem.ts'
import {
  bodyTooLarge,
  databaseUnavailable,
  internalError,
  invalidRequest,
  malformedRequest,
  overloaded,
  unsupportedMediaType,
} from './problems.ts'
import { fieldErrors } from './validation.ts'

/**
 * Sends any error as `application/problem+json`; what was not foreseen is logged whole and shown as a bare 500. A refusal
 * without a cause, for maintenance or overload, is a decision and no failure: its line in the access log says it all,
 * and stacks of thousands of them would only hide what is wrong.
 */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error, request)
  if (problem.status >= 500 && (problem !== error || problem.cause !== undefined)) {
    request.log.error({ err: error, requestId: request.id, code: problem.code }, 'request failed')
  }
  return sendProblem(problem, request, reply)
}

/** True for a bug or an outage that has no problem of its own. */
export function isUnforeseen(error: unknown, request: FastifyRequest): boolean {
  return toProblem(error, request).code === internalError.code
}

export function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // What a handler set for its success, such as an ETag or a length, does not describe the refusal.
  for (const name of ['content-length', 'etag', 'content-encoding', 'content-disposition']) reply.removeHeader(name)
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemDocument(problem, request.id))
}

/** The body of a refusal, as RFC 9457 defines it. */
export function problemDocument({ code, title, status, message, extensions }: Problem, requestId: string): object {
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: message,
    instance: `urn:request:${requestId}`,
    ...extensions,
  }
}

export function toProblem(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error
  if (!(error instanceof Error)) return internalError(undefined, error)
  if (isDatabaseOutage(error)) return databaseUnavailable(undefined, error)
  const { validation, validationContext, code, statusCode } = error as FastifyError
  if (validation)
    return invalidRequest({ errors: fieldErrors(validationContext ?? 'body', validation as never) }, error)
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
      return bodyTooLarge({ maxBytes: request.routeOptions.bodyLimit ?? 0 }, error)
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return unsupportedMediaType({ accepted: acceptedTypes(request) }, error)
    case 'FST_UNDER_PRESSURE':
      return overloaded(undefined, error)
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return malformedRequest({ reason: error.message }, error)
  }
  return internalError(undefined, error)
}

/** As the route's schema says; what says nothing takes JSON. */
function acceptedTypes({ routeOptions }: FastifyRequest): string {
  const body = routeOptions.schema?.body as { content?: object } | undefined
  return body?.content ? Object.keys(body.content).join(' or ') : 'application/json'
}

// PostgreSQL classes 08 (connection), 53 (resources), 57 (operator intervention); socket errors; the pool's own words.
const outageCode = /^(08...|53...|57P0.|57014|25P03|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/
const outageText =
  /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|Cannot use a pool after|the database system is)/

// Primary result codes SQLITE_BUSY, SQLITE_IOERR and SQLITE_FULL (sqlite.org/rescode.html).
const sqliteOutages = new Set([5, 10, 13])

/** True when the database (not the statement) is what failed, so that the same request may succeed later. */
export function isDatabaseOutage(error: Error): boolean {
  if ('errcode' in error && sqliteOutages.has(Number(error.errcode) & 0xff)) return true
  if ('code' in error && typeof error.code === 'string' && outageCode.test(error.code)) return true
  if (outageText.test(error.message)) return true
  return error instanceof AggregateError && error.errors.some((one) => one instanceof Error && isDatabaseOutage(one))
}
