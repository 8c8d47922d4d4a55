import { defineProblem } from '#platform/problem/problem.ts'

export const keyReused = defineProblem({
  code: 'request/idempotency-key-reused',
  status: 422,
  title: 'Idempotency key was used for another request',
  advice: 'Make a new key for every new intention; repeat a key only with exactly the same method, address and body.',
  detail: () => 'This Idempotency-Key came with a different request before.',
})

export const stillRunning = defineProblem({
  code: 'request/still-running',
  status: 409,
  title: 'The same request is still running',
  advice: 'Send it again, with the same key, after the time in Retry-After (seconds).',
  detail: () => 'A request with this Idempotency-Key is being worked on.',
  headers: () => ({ 'retry-after': '2' }),
})

export const responseLost = defineProblem({
  code: 'request/outcome-known-response-lost',
  status: 409,
  title: 'Done before, but the response is lost',
  advice:
    'The request with this key took effect once and will not again; the server stopped before it kept the response. Read the resource to see the outcome.',
  detail: () => 'A request with this Idempotency-Key took effect, but its response was not kept.',
})
