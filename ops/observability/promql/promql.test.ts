import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineCounter, defineGauge, defineHistogram } from '#platform/metrics/metrics.ts'
import {
  above,
  chosen,
  countOf,
  increase,
  like,
  noneOf,
  oneOf,
  per,
  quantile,
  rate,
  ratio,
  sum,
  times,
  unless,
  value,
} from './index.ts'

const eventsTotal = defineCounter({
  name: 'lms_events_total',
  help: '',
  labels: { outcome: ['good', 'bad'], route: [] },
})
const waiting = defineGauge({ name: 'lms_waiting', help: '', labels: {} })
const runSeconds = defineHistogram({ name: 'lms_run_seconds', help: '', labels: { kind: ['a', 'b'] }, buckets: [1] })

describe('an expression', () => {
  test('names its metric, its labels and their values as Prometheus writes them', () => {
    assert.equal(value(waiting).text, 'lms_waiting')
    assert.equal(rate(eventsTotal, '5m', { outcome: 'bad' }).text, 'rate(lms_events_total{outcome="bad"}[5m])')
    assert.equal(
      sum(increase(eventsTotal, '1h', { outcome: oneOf('good', 'bad'), route: like('/a/.*') }), ['outcome']).text,
      'sum by (outcome) (increase(lms_events_total{outcome=~"good|bad",route=~"/a/.*"}[1h]))',
    )
    assert.equal(
      value(waiting, { job: noneOf('node'), instance: chosen('instance') }).text,
      'lms_waiting{job!="node",instance=~"$instance"}',
    )
    assert.equal(
      quantile(0.9, runSeconds, { over: '5m', by: ['kind'], where: { kind: 'a' } }).text,
      'histogram_quantile(0.9, sum by (le, kind) (rate(lms_run_seconds_bucket{kind="a"}[5m])))',
    )
    assert.equal(rate(countOf(runSeconds), '1m').text, 'rate(lms_run_seconds_count[1m])')
  })

  test('keeps its operands together', () => {
    const failed = sum(rate(eventsTotal, '5m', { outcome: 'bad' }))
    const all = sum(rate(eventsTotal, '5m'))
    assert.equal(
      above(times(ratio(failed, all), 100), 5).text,
      '((sum (rate(lms_events_total{outcome="bad"}[5m])) / (sum (rate(lms_events_total[5m])) > 0)) * 100) > 5',
    )
    assert.equal(
      unless(value(waiting), above(value(waiting), 3), ['job']).text,
      'lms_waiting unless on (job) (lms_waiting > 3)',
    )
  })

  test('remembers every metric it reads, once', () => {
    const { metrics } = per(sum(rate(eventsTotal, '5m')), sum(rate(eventsTotal, '1h')))
    assert.deepEqual(metrics, [eventsTotal])
  })

  test('of a metric, a label or a value that nothing exports does not compile', () => {
    // @ts-expect-error a value that the label does not have
    rate(eventsTotal, '5m', { outcome: 'ugly' })
    // @ts-expect-error the same among several
    rate(eventsTotal, '5m', { outcome: oneOf('good', 'ugly') })
    // @ts-expect-error a pattern could hide a renamed value of a closed label
    rate(eventsTotal, '5m', { outcome: like('b.*') })
    // @ts-expect-error a label that the metric does not have
    rate(eventsTotal, '5m', { reason: 'bad' })
    // @ts-expect-error a label that nothing in the vector has
    sum(rate(eventsTotal, '5m'), ['reason'])
    // @ts-expect-error a label that the sum left out
    sum(sum(rate(eventsTotal, '5m'), ['outcome']), ['route'])
    // @ts-expect-error a job that prometheus.yml does not have
    value(waiting, { job: 'lms_api' })
    // @ts-expect-error the rate of a gauge means nothing
    rate(waiting, '5m')
    // @ts-expect-error nor does the present value of a counter
    value(eventsTotal)
    // @ts-expect-error a quantile needs a histogram
    quantile(0.5, waiting, { over: '5m' })
    // @ts-expect-error a range without a unit
    rate(eventsTotal, '5')
  })
})
