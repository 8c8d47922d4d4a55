import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { findPromtool, run } from '../promtool.ts'
import { yaml } from '../yaml.ts'
import { dashboards } from './index.ts'
import { deploys, firing, renderDashboard } from './render.ts'

interface Rendered {
  readonly uid: string
  readonly panels: readonly {
    readonly id: number
    readonly type: string
    readonly title: string
    readonly description?: string
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    readonly datasource?: { readonly uid: string }
    readonly links?: readonly { readonly url: string }[]
    readonly targets?: readonly { readonly refId: string; readonly datasource: { readonly uid: string } }[]
    readonly fieldConfig?: { readonly defaults: { readonly unit?: string; readonly thresholds?: unknown } }
  }[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] }
}

/** The panels that the requirements name, by their titles. */
const required: Readonly<Record<string, readonly string[]>> = {
  'lms-api-overview': [
    'Request rate by endpoint',
    'Response time percentiles',
    'Error rates by status code',
    'Active connections',
  ],
  'lms-course-performance': [
    'Enrollment trends',
    'Course completion rate',
    'Popular courses',
    'Average course progress',
  ],
  'lms-student-progress': [
    'Active students over time',
    'Lessons completed per student',
    'Quiz attempt statistics',
    'Time spent learning',
  ],
  'lms-security-events': [
    'Failed login attempts',
    'Rate limiting events',
    'Unusual access patterns',
    'Token validation failures',
  ],
  'lms-system-health': [
    'API server health status',
    'Database connection pool usage',
    'Redis memory usage',
    'Worker status',
  ],
}

describe('dashboards', () => {
  for (const dashboard of dashboards) {
    const rendered = JSON.parse(renderDashboard(dashboard)) as Rendered
    const cells = rendered.panels.filter(({ type }) => type !== 'row')

    test(`${dashboard.uid} has every panel that was asked for`, () => {
      const titles = cells.map(({ title }) => title)
      assert.deepEqual(
        required[dashboard.uid]?.filter((title) => !titles.includes(title)),
        [],
      )
      assert.deepEqual([...new Set(titles)], titles)
    })

    test(`${dashboard.uid} lays its panels out on 24 columns, none over another`, () => {
      const taken = new Map<string, string>()
      for (const { title, gridPos } of rendered.panels) {
        assert.ok(gridPos.x >= 0 && gridPos.w > 0 && gridPos.x + gridPos.w <= 24, title)
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            assert.equal(taken.get(`${x},${y}`), undefined, `${title} lies on ${taken.get(`${x},${y}`)}`)
            taken.set(`${x},${y}`, title)
          }
        }
      }
    })

    test(`${dashboard.uid} gives every panel an id, a unit, thresholds, a description and the one datasource`, () => {
      const ids = rendered.panels.map(({ id }) => id)
      assert.deepEqual([...new Set(ids)], ids)
      const uid = /uid: (\S+)/.exec(
        readFileSync(join(import.meta.dirname, '../grafana/provisioning/datasources/prometheus.yml'), 'utf8'),
      )?.[1]
      for (const { title, description, datasource, targets, fieldConfig } of cells) {
        assert.ok((description?.length ?? 0) > 20, title)
        assert.ok(fieldConfig?.defaults.unit, title)
        assert.ok(fieldConfig?.defaults.thresholds, title)
        assert.equal(datasource?.uid, uid, title)
        assert.ok(targets?.length, title)
        const refs = targets?.map(({ refId }) => refId)
        assert.deepEqual([...new Set(refs)], refs, title)
        for (const target of targets ?? []) assert.equal(target.datasource.uid, uid, title)
      }
      assert.deepEqual(
        rendered.templating.list.map(({ name }) => name),
        ['environment', 'instance', 'runbooks'],
      )
    })
  }

  test('link runbooks at the address that Prometheus has from RUNBOOKS_URL, each to a page that exists', () => {
    const rendered = dashboards.map((one) => JSON.parse(renderDashboard(one)) as Rendered)
    for (const { templating } of rendered) {
      const asked = templating.list.find(({ name }) => name === 'runbooks')?.query
      assert.equal(asked, 'label_values(up{job="prometheus"}, runbooks)')
    }
    const links = rendered.flatMap(({ panels }) => panels.flatMap(({ links = [] }) => links.map(({ url }) => url)))
    assert.ok(links.length > 30, String(links.length))
    for (const url of links) {
      const [, page] = /^\$\{runbooks:raw\}\/([a-z-]+\.md)$/.exec(url) ?? []
      assert.ok(page && existsSync(join(import.meta.dirname, '../../../docs/runbooks', page)), url)
    }
  })

  test('every expression is one that Prometheus understands', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'lms-panels-'))
    t.after(() => rm(directory, { recursive: true }))
    const expressions = dashboards.flatMap(({ rows }) =>
      rows.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries.map(({ expr }) => expr.text))),
    )
    const rules = [...new Set([...expressions, deploys.text, firing.text])].map((expr, index) => ({
      record: `panel:query:n${index}`,
      expr: withoutVariables(expr),
    }))
    assert.ok(rules.length > 100, 'the expressions were found')
    await writeFile(join(directory, 'panels.yml'), yaml({ groups: [{ name: 'panels', rules }] }))
    const checked = await run(await findPromtool(), ['check', 'rules', 'panels.yml'], directory)
    assert.ok(checked.passed, checked.output)
  })
})

/** As Grafana replaces them before it asks. */
function withoutVariables(expr: string): string {
  return expr
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '6h')
    .replaceAll(/\$(environment|instance)/g, '.*')
}
