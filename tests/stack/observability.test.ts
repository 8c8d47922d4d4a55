import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { dashboards } from '../../ops/observability/dashboards/index.ts'
import { type DrillName, drills, type Installation } from '../../ops/observability/drills/drills.ts'
import { alerts, recordings } from '../../ops/observability/rules/index.ts'
import { createTraffic, type DemoAccounts, readLogins } from './demo-traffic.ts'
import { docker } from './docker.ts'
import { domain } from './edge.ts'
import { type Observability, observe } from './observing.ts'
import { createSite, type Site } from './site.ts'

/**
 * Series that exist only after something that a sound installation does not do; each with the reason. Everything else
 * that a panel or a rule names must answer.
 */
const onlyAfterAnEvent: Readonly<Record<string, string>> = {
  probe_ssl_earliest_cert_expiry: 'only of an address with TLS; the drill of certificates causes it',
  grafana_build_info: 'Grafana is not part of this test',
}
const panelsAfterAnEvent: Readonly<Record<string, string>> = {
  'Quiz attempts passed': 'a share of the attempts that were graded, of which there are none yet',
}

const minute = 60_000

describe('the observability stack beside the product', () => {
  let site: Site
  let observed: Observability
  let accounts: DemoAccounts
  let traffic: NodeJS.Timeout
  const refused: string[] = []

  before(
    async () => {
      site = await createSite('observed', { API_MEMORY: '1G', WORKER_MEMORY: '1G' })
      const deployed = await site.deploy()
      assert.equal(deployed.code, 0, deployed.stdout + deployed.stderr)
      const printed = await site.compose('run', '--rm', '-T', '-e', 'ENVIRONMENT=staging', 'operator', 'seed-demo')
      accounts = readLogins(printed)
      assert.ok(accounts.emails.length >= 3, printed)
      // Redis counts its errors by their kind, each from its first on.
      await site.compose('exec', '-T', 'redis', 'redis-cli', 'no-such-command')
      observed = await observe(site)
      const play = createTraffic(site.httpsPort, accounts)
      const round = () => play().catch((error: Error) => refused.push(error.message))
      await round()
      traffic = setInterval(round, 5000)
    },
    { timeout: 15 * minute },
  )
  after(async () => {
    clearInterval(traffic)
    await observed?.remove()
    await site?.remove()
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

  test('every query of every panel returns data', { timeout: 6 * minute }, async (t) => {
    const queries = dashboards.flatMap(({ uid, rows }) =>
      rows.flatMap(({ panels }) =>
        panels.flatMap(({ title, queries }) => queries.map(({ expr }) => ({ place: `${uid}: ${title}`, expr }))),
      ),
    )
    await eventually(
      async () => {
        const silent: string[] = []
        for (const { place, expr } of queries) {
          if (expr.metrics.some(({ name }) => Object.hasOwn(onlyAfterAnEvent, name))) continue
          if (Object.keys(panelsAfterAnEvent).some((title) => place.endsWith(title))) continue
          if ((await observed.query(asGrafanaAsks(expr.text))).length === 0) silent.push(`${place}: ${expr.text}`)
        }
        assert.deepEqual(silent, [])
      },
      { timeoutMs: 5 * minute, everyMs: 10_000 },
    )
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
      if (Object.hasOwn(onlyAfterAnEvent, name)) continue
      if ((await observed.query(`count({__name__="${name}"})`)).length === 0) missing.push(name)
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

  test('nobody is paged while all is well', () => {
    assert.deepEqual(
      observed.pages.map(({ alertname }) => alertname),
      [],
    )
  })

  const installation = (): Installation => ({
    compose: site.compose,
    docker: (...args) => docker(args),
    liveColour: site.liveColour,
    doorPort: site.vmPort,
    domain,
  })

  const order: readonly DrillName[] = ['logins', 'queue', 'worker', 'redis', 'postgres', 'api', 'replica']
  for (const name of order) {
    const drill = drills[name]
    test(`drill ${name}: ${drill.pages} pages, once, within ${drill.withinSeconds} s`, {
      timeout: 12 * minute,
    }, async (t) => {
      const before = observed.pages.length
      const startedAt = performance.now()
      await drill.begin(installation())
      const fresh = () => observed.pages.slice(before).filter(({ status }) => status === 'firing')
      try {
        await eventually(
          async () =>
            assert.ok(
              fresh().some(({ alertname }) => alertname === drill.pages),
              'no page yet',
            ),
          { timeoutMs: (drill.withinSeconds + 60) * 1000, everyMs: 500 },
        )
      } finally {
        await drill.end(installation())
      }
      const page = fresh().find(({ alertname }) => alertname === drill.pages)
      const seconds = ((page?.receivedAt ?? 0) - startedAt) / 1000
      t.diagnostic(`${drill.pages}: ${seconds.toFixed(1)} s from the fault to the page: ${page?.summary}`)
      assert.ok(seconds <= drill.withinSeconds, `${seconds} s`)
      assert.match(page?.runbook ?? '', /^docs\/runbooks\/[a-z-]+\.md$/)
    })
  }

  test('drill certificate: one that expires soon pages CertificateExpires', { timeout: 12 * minute }, async (t) => {
    const startedAt = performance.now()
    await observed.probe('https')
    const paged = () => observed.pages.find(({ alertname }) => alertname === 'CertificateExpires')
    try {
      await eventually(async () => assert.ok(paged(), 'no page yet'), { timeoutMs: 9 * minute, everyMs: 500 })
    } finally {
      await observed.probe('http')
    }
    const seconds = ((paged()?.receivedAt ?? 0) - startedAt) / 1000
    t.diagnostic(`CertificateExpires: ${seconds.toFixed(1)} s from the first probe to the page: ${paged()?.summary}`)
  })

  test('every page is resolved after recovery, and each drill paged its own alert only, once', {
    timeout: 40 * minute,
  }, async () => {
    const wanted = [...order.map((name) => drills[name].pages as string), 'CertificateExpires'].sort()
    await eventually(
      async () => {
        const resolved = observed.pages.filter(({ status }) => status === 'resolved').map(({ alertname }) => alertname)
        assert.deepEqual([...new Set(resolved)].sort(), wanted)
      },
      { timeoutMs: 35 * minute, everyMs: 5000 },
    )
    const fired = observed.pages.filter(({ status }) => status === 'firing').map(({ alertname }) => alertname)
    assert.deepEqual(fired.sort(), wanted)
  })
})

function asGrafanaAsks(expr: string): string {
  return expr
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '6h')
    .replaceAll(/\$(environment|instance)/g, '.*')
}
