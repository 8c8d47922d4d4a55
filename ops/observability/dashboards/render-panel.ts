import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge'
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphGradientMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  DashboardLinkBuilder,
  DashboardLinkType,
  type GridPos,
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline'
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries'
import { runbookOf } from '../rules/rule.ts'
import type { Panel } from './panel.ts'

/** The fixed uid of the datasource, as provisioning gives it: without one every dashboard would find nothing. */
export const datasource = { type: 'prometheus', uid: 'lms-prometheus' } as const

/** Where runbooks are: a variable of every dashboard, unescaped, since its slashes are those of an address. */
const RUNBOOKS = `$\{runbooks:raw}`

/** A builder of Grafana's SDK for the panel, at its place. */
export function panelBuilder(panel: Panel, id: number, place: GridPos) {
  const builder = kinds[panel.kind]()
  builder
    .id(id)
    .title(panel.title)
    .description(panel.description)
    .datasource(datasource)
    .gridPos(place)
    .unit(panel.unit)
    .thresholds(thresholds(panel))
    .targets(
      panel.queries.map(({ expr, legend }, index) =>
        target(panel, expr.text, legend).refId(String.fromCharCode(65 + index)),
      ),
    )
    .links(
      (panel.alerts ?? []).map((alert) =>
        new DashboardLinkBuilder(`Runbook: ${alert}`)
          .type(DashboardLinkType.Link)
          .url(`${RUNBOOKS}/${runbookOf(alert)}`)
          .targetBlank(true),
      ),
    )
  return builder
}

function target(panel: Panel, expr: string, legend: string): DataqueryBuilder {
  const query = new DataqueryBuilder().datasource(datasource).expr(expr).legendFormat(legend)
  return panel.kind === 'number' || panel.kind === 'ranking' ? query.instant() : query.range()
}

const kinds = {
  lines: () => timeSeries(),
  stacked: () =>
    timeSeries().fillOpacity(40).stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A')),
  number: () =>
    new Stat()
      .graphMode(BigValueGraphMode.None)
      .colorMode(BigValueColorMode.Value)
      .reduceOptions(lastValue())
      .noValue('nothing yet'),
  ranking: () =>
    new BarGauge().orientation(VizOrientation.Horizontal).reduceOptions(lastValue()).noValue('nothing yet'),
  states: () =>
    new StateTimeline().showValue(VisibilityMode.Never).mappings([
      {
        type: MappingType.ValueToText,
        options: { '0': { text: 'down', color: 'red', index: 0 }, '1': { text: 'up', color: 'green', index: 1 } },
      },
    ]),
} as const satisfies Record<Panel['kind'], () => unknown>

function timeSeries(): TimeSeries {
  return new TimeSeries()
    .lineWidth(1)
    .fillOpacity(8)
    .gradientMode(GraphGradientMode.None)
    .showPoints(VisibilityMode.Never)
    .spanNulls(false)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
}

function lastValue(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false)
}

function thresholds({ limits, kind }: Panel): ThresholdsConfigBuilder {
  const config = new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute)
  if (kind === 'states') {
    return config.steps([
      { value: null, color: 'red' },
      { value: 1, color: 'green' },
    ])
  }
  if (!limits) return config.steps([{ value: null, color: 'green' }])
  const { yellow, red, falling } = limits
  return falling
    ? config.steps([
        { value: null, color: 'red' },
        { value: red, color: 'yellow' },
        { value: yellow, color: 'green' },
      ])
    : config.steps([
        { value: null, color: 'green' },
        { value: yellow, color: 'yellow' },
        { value: red, color: 'red' },
      ])
}
