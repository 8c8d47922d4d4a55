import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Counter, Histogram, Registry } from 'prom-client'
import { counter, createMetrics, defineCounter, defineHistogram, histogram } from './metrics.ts'

const eventsTotal = defineCounter({
  name: 'lms_events_total',
  help: 'Events "of\\any" kind.',
  labels: { kind: ['good', 'bad'], place: [] },
})
const waitSeconds = defineHistogram({
  name: 'lms_wait_seconds',
  help: 'Waiting.',
  labels: { kind: ['good', 'bad'] },
  buckets: [0.1, 1, 5],
})
const observations = [0.05, 0.1, 0.100001, 5, 7.25]

describe('metrics', () => {
  test('are exposed exactly as prom-client exposes its own', async () => {
    const ours = createMetrics()
    const count = counter(ours, eventsTotal, [])
    count({ kind: 'good', place: 'a "b"\\' })
    count.series({ kind: 'bad', place: 'c' })(3)
    count({ kind: 'bad', place: 'c' }, 2)
    const observe = histogram(ours, waitSeconds, [])
    for (const value of observations) observe({ kind: 'bad' }, value)

    const theirs = new Registry()
    const events = new Counter({
      name: eventsTotal.name,
      help: eventsTotal.help,
      labelNames: ['kind', 'place'],
      registers: [theirs],
    })
    events.inc({ kind: 'good', place: 'a "b"\\' })
    events.inc({ kind: 'bad', place: 'c' }, 5)
    const wait = new Histogram({
      name: waitSeconds.name,
      help: waitSeconds.help,
      labelNames: ['kind'],
      buckets: [...waitSeconds.buckets],
      registers: [theirs],
    })
    for (const value of observations) wait.observe({ kind: 'bad' }, value)
    assert.equal(await ours.metrics(), await theirs.metrics())
  })

  test('start at zero in every series that their labels list', async () => {
    const metrics = createMetrics()
    const observe = histogram(metrics, waitSeconds)
    assert.match(await metrics.metrics(), /lms_wait_seconds_bucket\{le="\+Inf",kind="good"\} 0/)
    assert.match(await metrics.metrics(), /lms_wait_seconds_count\{kind="bad"\} 0/)
    observe.series({ kind: 'bad' })(2)
    assert.match(await metrics.metrics(), /lms_wait_seconds_sum\{kind="bad"\} 2/)
  })

  test('cannot be registered twice under one name', () => {
    const metrics = createMetrics()
    counter(metrics, eventsTotal, [])
    assert.throws(() => counter(metrics, eventsTotal, []), /already been registered/)
  })
})
