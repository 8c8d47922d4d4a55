import { counter, type LabelValues, type Metrics } from '#platform/metrics/metrics.ts'
import { authenticationsTotal } from './metrics.ts'

export type CountAttempt = (labels: LabelValues<typeof authenticationsTotal.labels>) => void

/** One counter for every way to authenticate; a registry takes it once. */
export function createAttemptCounter(metrics: Metrics): CountAttempt {
  return counter(metrics, authenticationsTotal)
}
