import { defineProblem } from '#platform/problem/problem.ts'

export interface FieldError {
  /** Where: `/body/email`, `/query/limit`. */
  readonly pointer: string
  readonly message: string
}

export const invalidRequest = defineProblem<{ errors: readonly FieldError[] }>({
  code: 'request/invalid',
  status: 400,
  title: 'Invalid request',
  advice: 'Each entry of `errors` names a field and the rule it broke. Correct them and send the request again.',
  detail: ({ errors }) => errors.map(({ pointer, message }) => `${pointer} ${message}`).join('; '),
  extensions: ({ errors }) => ({ errors }),
})

export const malformedRequest = defineProblem<{ reason: string }>({
  code: 'request/malformed',
  status: 400,
  title: 'Malformed request',
  advice: 'The request could not be read at all. Check the address, the JSON and the encoding (UTF-8).',
  detail: ({ reason }) => reason,
})

export const routeNotFound = defineProblem<{ method: string }>({
  code: 'request/no-such-address',
  status: 404,
  title: 'No such address',
  advice: 'Compare method and path with the API reference.',
  detail: ({ method }) => `Nothing answers ${method} at this address.`,
})

export const bodyTooLarge = defineProblem<{ maxBytes: number }>({
  code: 'request/too-large',
  status: 413,
  title: 'Request too large',
  advice: 'Send less at once; `maxBytes` is the limit of this address.',
  detail: ({ maxBytes }) => `The body may have at most ${maxBytes} bytes.`,
  extensions: ({ maxBytes }) => ({ maxBytes }),
})

export const unsupportedMediaType = defineProblem<{ accepted: string }>({
  code: 'request/unsupported-media-type',
  status: 415,
  title: 'Unsupported media type',
  advice: 'Set Content-Type to what the API reference names for this address, most often application/json.',
  detail: ({ accepted }) => `Send the body as ${accepted}.`,
})

export const headersTooLarge = defineProblem<{ maxBytes: number }>({
  code: 'request/headers-too-large',
  status: 431,
  title: 'Request headers too large',
  advice: 'Send fewer or shorter headers (cookies, most often); `maxBytes` is the limit of all together.',
  detail: ({ maxBytes }) => `Address and headers may have at most ${maxBytes} bytes.`,
  extensions: ({ maxBytes }) => ({ maxBytes }),
})

export const requestTimeout = defineProblem({
  code: 'request/timeout',
  status: 408,
  title: 'Request took too long to arrive',
  advice: 'Send the whole request at once; the connection is closed. Try again on a new one.',
  detail: () => 'The request did not arrive within the time that a client has for it.',
})

export const wrongHost = defineProblem({
  code: 'request/wrong-host',
  status: 421,
  title: 'Wrong host',
  advice: 'Use the public address of the API. Operators: add the host name to TRUSTED_HOSTS.',
  detail: () => 'This server does not answer to that host name.',
})

export const internalError = defineProblem<void>({
  code: 'server/internal',
  status: 500,
  title: 'Internal server error',
  advice: 'The fault is ours and has been recorded. Quote the value of `instance` when you report it.',
  detail: () => 'Something went wrong on the server.',
})

export const databaseUnavailable = defineProblem({
  code: 'server/database-unavailable',
  status: 503,
  title: 'Database unavailable',
  advice:
    'Try again after the time in Retry-After (seconds), with an Idempotency-Key where the address takes one: whether a change was stored is not known for certain.',
  detail: () => 'The database does not answer at the moment.',
  headers: () => ({ 'retry-after': '2' }),
})

export const overloaded = defineProblem({
  code: 'server/overloaded',
  status: 503,
  title: 'Server overloaded',
  advice: 'Try again after the time in Retry-After (seconds).',
  detail: () => 'The server has more work of this kind than it can take.',
  headers: () => ({ 'retry-after': '2' }),
})

/** What a client can meet before its request has reached any route. */
export const problemsBeforeRouting = [routeNotFound, headersTooLarge, requestTimeout] as const
