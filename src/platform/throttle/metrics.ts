import { defineCounter } from '#platform/metrics/metrics.ts'

export const throttleFallbacksTotal = defineCounter({
  name: 'lms_throttle_fallbacks_total',
  help: 'Decisions of throttles that this process made from its own counts because Redis did not answer.',
  labels: {},
})
