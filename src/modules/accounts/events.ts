import { afterCommit } from '#platform/database/transaction.ts'
import { counter, type LabelValues, type Metrics } from '#platform/metrics/metrics.ts'
import { accountEventsTotal } from './metrics.ts'

export type AccountEvent = LabelValues<typeof accountEventsTotal.labels>['event']

/** Counts an event when, and only when, the transaction it is called in is committed. */
export type CountAccountEvent = (event: AccountEvent) => void

/** One counter for the module and for administration; a registry takes it once. */
export function createAccountEvents(metrics: Metrics): CountAccountEvent {
  const count = counter(metrics, accountEventsTotal)
  return (event) => afterCommit(() => count({ event }))
}
