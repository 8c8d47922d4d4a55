import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { dashboards } from '../../ops/observability/dashboards/index.ts'
import { drills } from '../../ops/observability/drills/drills.ts'
import { probeCertificateExpiry } from '../../ops/observability/exporters/blackbox.ts'
import { alerts, recordings } from '../../ops/observability/rules/index.ts'
import { createTraffic, takeCourse } from './demo-traffic.ts'
import { beginDrill, installationOf, pagesOf } from './drilling.ts'
import { type Observability, observeDemo, RUNBOOKS } from './observing.ts'

/** Grafana is not part of this test; nothing else is excused. */
const ofGrafana = /^grafana_/

const minute = 60_000

describe('the observability stack beside the product', () => {
  let product: Awaited<ReturnType<typeof observeDemo>>
  let observed: Observability
  let traffic: NodeJS.Timeout

  before(
    async () => {
      product = await observeDemo('observed')
      observed = product.observed
      const play = createTraffic(product.site.httpsPort, product.accounts)
      await play()
      traffic = setInterval(() => play().catch(() => undefined), 5000)
      await observed.untilScraped()
    },
    { timeout: 15 * minute },
  )
  after(async () => {
    clearInterval(traffic)
    await product?.remove()
  })

  test('scrapes every target: two API processes, two workers, the proxy, the databases', { timeout: 3 * minute }, () =>
    eventually(
      async () => {
        const targets = await observed.query('count by (job) (up == 1)')
        const counts = Object.fromEntries(targets.map(({ metric, value }) => [metric.job, value]))
        assert.deepEqual(counts, {
          ...{ lms_api_prod: 2, lms_worker_prod: 2, caddy: 1, postgres: 1, redis: 1, node: 1 },
          ...{ prometheus: 1, alertmanager: 1, blackbox: 1, blackbox_exporter: 1 },
        })
      },
      { timeoutMs: 2 * minute, everyMs: 2000 },
    ),
  )

  test('every query of every panel returns data', { timeout: 11 * minute }, async (t) => {
    const queries = dashboards.flatMap(({ uid, rows }) =>
      rows.flatMap(({ panels }) =>
        panels.flatMap(({ title, queries }) => queries.map(({ expr }) => ({ place: `${uid}: ${title}`, expr }))),
      ),
    )
    const silent = async () => {
      const places: string[] = []
      for (const { place, expr } of queries) {
        if (expr.metrics.some(({ name }) => ofGrafana.test(name))) continue
        const values = (await observed.query(asGrafanaAsks(expr.text))).map(({ value }) => value)
        if (!values.some(Number.isFinite)) places.push(`${place}: ${expr.text}`)
      }
      return places
    }
    // What only an event brings: a graded attempt at a quiz, a review, and a certificate that can expire. The latter at
    // last, since it would page after some minutes.
    await takeCourse(product.site.httpsPort, product.accounts)
    const lasting = async () => (await silent()).filter((place) => !place.includes(probeCertificateExpiry.name))
    const patience = { timeoutMs: 8 * minute, everyMs: 10_000 }
    await eventually(async () => assert.deepEqual(await lasting(), []), patience)
    const installation = installationOf(product.site, observed)
    await drills.certificate.begin(installation)
    t.after(() => drills.certificate.end(installation))
    await eventually(async () => assert.deepEqual(await silent(), []), { timeoutMs: minute, everyMs: 5000 })
    t.diagnostic(`${queries.length} queries of ${dashboards.length} dashboards returned data`)
  })

  test('every metric that a rule reads exists', { timeout: 3 * minute }, async (t) => {
    const metrics = new Set([
      ...alerts.flatMap(({ when }) =>
        when.metrics.map(({ name, type }) => (type === 'histogram' ? `${name}_bucket` : name)),
      ),
      ...recordings.flatMap(({ metric, as }) => [metric, ...as.metrics].map(({ name }) => name)),
    ])
    const missing: string[] = []
    for (const name of metrics) {
      if (ofGrafana.test(name)) continue
      if ((await observed.query(`count(last_over_time({__name__="${name}"}[15m]))`)).length === 0) missing.push(name)
    }
    assert.deepEqual(missing, [])
    t.diagnostic(`${metrics.size} metrics of ${alerts.length} alerts exist`)
  })

  test('the objective counts each public request once, and no scrape', { timeout: 2 * minute }, async () => {
    const counted = 'sum(caddy_http_request_duration_seconds_count{server="srv1",handler="subroute"})'
    const [proxied] = await observed.query(
      `${counted} / sum(lms_http_requests_total{job="lms_api_prod",route!~".*/(health|ready)|/metrics"})`,
    )
    assert.ok(proxied && proxied.value > 0.8 && proxied.value < 1.2, String(proxied?.value))
  })

  test('dashboards learn from Prometheus where the runbooks are', async () => {
    const addresses = (await observed.query('up{job="prometheus"}')).map(({ metric }) => metric.runbooks)
    assert.deepEqual(addresses, [RUNBOOKS])
    assert.deepEqual(await observed.query('prometheus_build_info{runbooks=~".+"}'), [])
  })

  test('nobody is paged while all is well', () => {
    assert.deepEqual(pagesOf(observed), [])
  })

  test('a total outage pages within 90 s, once, with its runbook, and ends', { timeout: 15 * minute }, async (t) => {
    const { paged, end } = await beginDrill('api', product.site, observed)
    const { resolved } = await end()
    t.diagnostic(`ApiDown: ${paged.toFixed(1)} s to the page, ${resolved.toFixed(0)} s from the mending to its end`)
    assert.ok(paged <= drills.api.withinSeconds, `${paged} s`)
    const pages = pagesOf(observed)
    assert.deepEqual(
      pages.map(({ alertname, runbook }) => [alertname, runbook]),
      [['ApiDown', `${RUNBOOKS}/api-down.md`]],
    )
  })
})

function asGrafanaAsks(expr: string): string {
  return expr
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '6h')
    .replaceAll(/\$(environment|instance)/g, '.*')
}
