import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  RowBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { buildInfo } from '#platform/metrics/process-metrics.ts'
import { alertsActive } from '../exporters/monitoring.ts'
import { up } from '../exporters/process.ts'
import { ago, count, unless, unlike, value } from '../promql/index.ts'
import { type Dashboard, here, type Panel } from './panel.ts'
import { datasource, panelBuilder } from './render-panel.ts'

const COLUMNS = 24
const heights: Readonly<Record<Panel['kind'], number>> = { lines: 8, stacked: 8, number: 4, ranking: 8, states: 6 }

/** A release that ran in no process of the environment a minute before: a deploy. */
export const deploys = unless(
  count(value(buildInfo, here), ['environment', 'release']),
  count(ago(buildInfo, '1m', here), ['environment', 'release']),
)

/** Every alert while it fires. */
export const firing = value(alertsActive, { alertstate: 'firing', alertname: unlike('Watchdog') })

/** RUNBOOKS_URL, which Prometheus has as a label of itself: Grafana expands no variables in files of dashboards. */
const runbooksQuery = `label_values(${value(up, { job: 'prometheus' }).text}, runbooks)`

/** The dashboard as Grafana reads it from a file. */
export function renderDashboard({ uid, title, description, rows }: Dashboard): string {
  const dashboard = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['lms'])
    .readonly()
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .timezone('browser')
    .variables(variables())
    .annotation(
      new AnnotationQueryBuilder()
        .name('Deploys')
        .datasource(datasource)
        .enable(true)
        .iconColor('blue')
        .expr(deploys.text)
        .titleFormat('Deploy')
        .textFormat('{{release}} in {{environment}}')
        .step('30s'),
    )
    .annotation(
      new AnnotationQueryBuilder()
        .name('Alerts')
        .datasource(datasource)
        .enable(true)
        .iconColor('red')
        .expr(firing.text)
        .titleFormat('{{alertname}}')
        .textFormat('{{severity}}')
        .step('30s'),
    )
    .link(
      new DashboardLinkBuilder('Dashboards')
        .type(DashboardLinkType.Dashboards)
        .tags(['lms'])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    )
  let y = 0
  let id = 1
  for (const row of rows) {
    dashboard.withRow(new RowBuilder(row.title).id(id++).gridPos({ h: 1, w: COLUMNS, x: 0, y }))
    y += 1
    let x = 0
    let rowHeight = 0
    for (const panel of row.panels) {
      const w = panel.width ?? 12
      const h = heights[panel.kind]
      if (x + w > COLUMNS) {
        x = 0
        y += rowHeight
        rowHeight = 0
      }
      dashboard.withPanel(panelBuilder(panel, id++, { h, w, x, y }))
      x += w
      rowHeight = Math.max(rowHeight, h)
    }
    y += rowHeight
  }
  return `${JSON.stringify(dashboard.build(), null, 2)}\n`
}

function variables() {
  const ours = `${up.name}{service="lms-backend"`
  const query = (name: string, label: string, text: string) =>
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(datasource)
      .query(text)
      .definition(text)
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      .allValue('.*')
      .current({ selected: true, text: 'All', value: '$__all' })
  return [
    query('environment', 'Environment', `label_values(${ours}}, environment)`),
    query('instance', 'Instance', `label_values(${ours},environment=~"$environment"}, instance)`),
    new QueryVariableBuilder('runbooks')
      .label('Runbooks')
      .datasource(datasource)
      .query(runbooksQuery)
      .definition(runbooksQuery)
      .refresh(VariableRefresh.OnDashboardLoad)
      .hide(VariableHide.HideVariable),
  ]
}
