import { defineCounter } from '#platform/metrics/metrics.ts'

export const idempotencyOutcomes = [
  'first',
  'replayed',
  'taken-over',
  'still-running',
  'response-lost',
  'key-reused',
] as const

export const idempotentRequestsTotal = defineCounter({
  name: 'lms_http_idempotent_requests_total',
  help: 'Requests with an Idempotency-Key, by what the key led to.',
  labels: { outcome: idempotencyOutcomes },
})
