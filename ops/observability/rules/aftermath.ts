import { alertsActive } from '../exporters/monitoring.ts'
import { type Duration, type Expression, oneOf, overTime, unless } from '../promql/index.ts'

/** Alerts of which each tells of an outage by itself. A test sees to it that they exist. */
export const outages = ['ApiDown', 'PostgresDown', 'RedisDown', 'SiteUnreachable'] as const

/**
 * The expression, but not while its window still holds what one of the causes has paged about already. A window of half
 * an hour remembers an outage for half an hour after it was mended, when its cause no longer fires and so no longer
 * inhibits anything: without this the same outage would page again.
 */
export function notAfter(causes: readonly string[], window: Duration, when: Expression): Expression {
  const paged = overTime('max', alertsActive, window, { alertname: oneOf(...causes), alertstate: 'firing' })
  return unless(when, paged, ['environment'])
}
