import { findPromtool, testRules } from '../promtool.ts'
import { healthyWeek, WEEK } from './healthy-week.ts'
import { alertGroups } from './index.ts'
import { ruleFile } from './render.ts'

const help = `Usage: npm run test:replay [-- GROUP ...]

Plays a healthy week to every alert: traffic by day, idle nights, weekends, ten deploys, a reboot, backups. None may
fire but Watchdog. Takes some minutes for each group.
`

process.exitCode = process.argv.includes('--help') ? printHelp() : await main()

async function main(): Promise<number> {
  const promtool = await findPromtool()
  const input_series = healthyWeek()
  const [recordings, ...groups] = ruleFile().groups
  if (!recordings) throw new Error('there are no recording rules')
  const fired = 'count by (alertname) (count_over_time(ALERTS{alertstate="firing",alertname!="Watchdog"}[1w]))'
  // One file for each group of alerts: promtool runs one after the other, we two at a time.
  const files = groups.map((group) => {
    const isNeeded = group.rules.some(({ expr }) => expr.includes('environment:'))
    const tests = [
      { interval: '1m', input_series, promql_expr_test: [{ expr: fired, eval_time: `${WEEK - 1}m`, exp_samples: [] }] },
    ]
    return [
      group.name,
      { evaluationInterval: '1m', rules: { groups: isNeeded ? [recordings, group] : [group] }, tests },
    ] as const
  })
  let failed = 0
  const wanted = process.argv.slice(2)
  const left = files.filter(([name]) => wanted.length === 0 || wanted.includes(name))
  const worker = async () => {
    for (let file = left.shift(); file; file = left.shift()) {
      const [name, tests] = file
      const { passed, output } = await testRules(promtool, { [name]: tests })
      process.stdout.write(passed ? `${name}: silent all week\n` : `${name}: ${output}\n`)
      if (!passed) failed++
    }
  }
  await Promise.all([worker(), worker()])
  process.stdout.write(
    `${input_series.length} series, ${Object.values(alertGroups).flat().length} alerts, ${failed} groups fired\n`,
  )
  return failed === 0 ? 0 : 1
}

function printHelp(): number {
  process.stdout.write(help)
  return 0
}
