import { findPromtool, type RuleTests, testRules } from '../promtool.ts'
import type { Series } from './cases/case.ts'
import { healthyWeek } from './healthy-week.ts'
import { alerts, recordings as recorded } from './index.ts'
import { type RuleFile, ruleFile } from './render.ts'
import { WEEK } from './week.ts'

type Group = RuleFile['groups'][number]

const help = `Usage: npm run test:replay [-- GROUP ...]

Plays a healthy week to every alert: traffic by day, idle nights, weekends, ten deploys, a reboot, backups. None may
fire but Watchdog. Needs about two minutes of processor time; two groups run at a time.
`

process.exitCode = process.argv.includes('--help') ? printHelp() : await main()

async function main(): Promise<number> {
  const promtool = await findPromtool()
  const week = healthyWeek()
  const [recordings, ...groups] = ruleFile().groups
  if (!recordings) throw new Error('there are no recording rules')
  const wanted = process.argv.slice(2)
  const unknown = wanted.filter((name) => !groups.some((group) => group.name === name))
  if (unknown.length > 0) throw new Error(`There is no group ${unknown.join(', ')}.`)
  const left = groups.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  const played = left.flatMap(({ rules }) => rules).length
  const unseen = metricsWithout(week)
  if (unseen.length > 0) throw new Error(`The week has no series of ${unseen.join(', ')}: their alerts could not fire.`)
  let failed = 0
  // One file for each group of alerts: promtool runs one after the other, we two at a time.
  const worker = async () => {
    for (let group = left.shift(); group; group = left.shift()) {
      const startedAt = performance.now()
      const { passed, output } = await testRules(promtool, { [group.name]: replayOf(group, recordings, week) })
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
      process.stdout.write(passed ? `${group.name}: silent all week (${seconds} s)\n` : `${group.name}: ${output}\n`)
      if (!passed) failed++
    }
  }
  await Promise.all([worker(), worker()])
  process.stdout.write(`${week.length} series, ${played} alerts, ${failed} groups fired\n`)
  return failed === 0 ? 0 : 1
}

/** Metrics that an alert reads and the week does not have; of a histogram it may have any part. */
function metricsWithout(week: readonly Series[]): string[] {
  const known = new Set(week.map(nameOf))
  const isKnown = (name: string) => ['', '_bucket', '_count', '_sum'].some((part) => known.has(name + part))
  const made = new Set(['ALERTS', ...recorded.map(({ metric }) => metric.name)])
  const read = new Set(alerts.flatMap(({ when }) => when.metrics.map(({ name }) => name)))
  return [...read].filter((name) => !made.has(name) && !isKnown(name))
}

function nameOf({ series }: Series): string {
  return series.slice(0, series.indexOf('{'))
}

/** The group alone, with the recordings that it reads and the series that both read: all others would only take time. */
function replayOf(group: Group, recordings: Group, week: readonly Series[]): RuleTests {
  const read = recordings.rules.filter(({ record }) => group.rules.some(({ expr }) => expr.includes(`${record}`)))
  const expressions = [...read, ...group.rules].map(({ expr }) => expr).join('\n')
  const names = new Set(expressions.match(/[a-zA-Z_:][\w:]*/g))
  const input_series = week.filter((one) => names.has(nameOf(one)))
  // An alert that fires writes ALERTS, which is looked at once, at the end.
  const fired = 'count by (alertname) (count_over_time(ALERTS{alertstate="firing",alertname!="Watchdog"}[1w]))'
  const tests = [
    { interval: '1m', input_series, promql_expr_test: [{ expr: fired, eval_time: `${WEEK - 1}m`, exp_samples: [] }] },
  ]
  const rules = { groups: read.length > 0 ? [{ ...recordings, rules: read }, group] : [group] }
  return { evaluationInterval: '1m', rules, tests }
}

function printHelp(): number {
  process.stdout.write(help)
  return 0
}
