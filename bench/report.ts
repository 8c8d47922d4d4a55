import type { Sample } from './measure.ts'
import type { DatabaseResults, Results } from './results.ts'
import { type Verdict, verdictsOn } from './verdicts.ts'

/** The results as the page that is kept. */
export function toMarkdown(results: Results): string {
  const { machine } = results
  const parts = [
    '# Benchmark results',
    'Made by `npm run bench`: what each figure means is in [README.md](README.md). Ratios compare runs of the same minutes on the same core; absolute figures are those of this machine only.',
    table(
      ['', ''],
      [
        ['Date', results.at],
        ['Command', `\`${results.command}\``],
        [
          'Machine',
          `${machine.cores} cores ${machine.processor}, ${machine.memoryGigabytes} GB, Linux ${machine.kernel}`,
        ],
        [
          'Cores',
          machine.isPinned
            ? 'the measured server alone on core 0; load, database and Redis on the others'
            : 'not pinned',
        ],
        ['Software', [`Node ${machine.node}`, ...results.databases.map(({ versions }) => versions)].join(', ')],
        ['Load', `${results.generator}, ${results.rounds} rounds of ${results.seconds} s each, medians`],
      ],
    ),
    ...results.databases.flatMap(databaseParts),
  ]
  return `${parts.join('\n\n')}\n`
}

/** The same, shorter, for a terminal. */
export function toTerminal(results: DatabaseResults): string {
  const rows = scenarioRows(results).map((cells) => cells.map((cell) => cell.replaceAll('`', '')))
  const verdicts = verdictsOn(results).map((one) => [one.isMet ? 'met' : 'MISSED', one.figure, one.target])
  return [
    `${results.versions}, ${results.size} data`,
    aligned([scenarioHeads, ...rows]),
    ...results.sweeps.map(({ scenario, points }) =>
      [
        `${scenario}, by connections`,
        ...points.map(({ connections, sample }) => `${connections}: ${sampleText(sample)}`),
      ].join('\n  '),
    ),
    aligned(verdicts),
  ].join('\n\n')
}

function databaseParts(results: DatabaseResults): string[] {
  return [
    `## ${results.versions}, ${results.size} data`,
    table(scenarioHeads, scenarioRows(results)),
    ...(results.sweeps.length > 0 ? ['### By number of connections', table(sweepHeads, sweepRows(results))] : []),
    ...(results.loginFlood ? [floodSentence(results.loginFlood)] : []),
    ...(results.growth.length > 0 ? ['### With more data', table(growthHeads, growthRows(results))] : []),
    '### Targets',
    table(['', 'Target', 'Here'], verdictsOn(results).map(verdictRow)),
  ]
}

const scenarioHeads = [
  'Scenario',
  'SQL',
  'bytes',
  'req/s',
  'p50 ms',
  'p99 ms',
  'µs',
  'bare server',
  'driver server',
  'driver alone',
  'errors',
  'MB',
]

function scenarioRows({ scenarios }: DatabaseResults): string[][] {
  return scenarios.map((one) => {
    const rate = one.product.requestsPerSecond
    return [
      `\`${one.scenario}\` ${one.title}`,
      String(one.statements),
      String(one.bytes),
      whole(rate),
      one.product.p50.toFixed(2),
      one.product.p99.toFixed(2),
      one.product.processorMicroseconds?.toFixed(0) ?? '',
      shareOf(rate, one.bare),
      shareOf(rate, one.driver),
      one.driverAlone === undefined ? '' : `${percent(rate / one.driverAlone)} of ${whole(one.driverAlone)}`,
      String(one.product.statusErrors + one.product.socketErrors),
      one.residentMegabytes?.toFixed(0) ?? '',
    ]
  })
}

const sweepHeads = ['Scenario', 'Connections', 'req/s', 'p50 ms', 'p99 ms', 'errors']

function sweepRows({ sweeps }: DatabaseResults): string[][] {
  return sweeps.flatMap(({ scenario, points }) =>
    points.map(({ connections, sample }) => [
      `\`${scenario}\``,
      String(connections),
      whole(sample.requestsPerSecond),
      sample.p50.toFixed(2),
      sample.p99.toFixed(2),
      String(sample.statusErrors + sample.socketErrors),
    ]),
  )
}

const growthHeads = ['Data', 'Scenario', 'req/s', 'p50', 'p99', 'errors']

function growthRows({ growth }: DatabaseResults): string[][] {
  return growth.flatMap(({ size, scenarios }) =>
    scenarios.map(({ scenario, base, sample }) => [
      size,
      `\`${scenario}\``,
      whole(sample.requestsPerSecond),
      `${sample.p50.toFixed(2)} ms, ${(sample.p50 / base.p50).toFixed(2)} ×`,
      `${sample.p99.toFixed(2)} ms, ${(sample.p99 / base.p99).toFixed(2)} ×`,
      String(sample.statusErrors + sample.socketErrors),
    ]),
  )
}

function floodSentence({
  connections,
  health,
  loginsPerSecond,
  refusalsPerSecond,
}: NonNullable<DatabaseResults['loginFlood']>) {
  return `While ${connections} connections log in (${loginsPerSecond.toFixed(1)} logins a second, ${whole(refusalsPerSecond)} refused), \`/health\` has p50 ${health.p50.toFixed(1)} ms and p99 ${health.p99.toFixed(1)} ms.`
}

function verdictRow({ target, figure, isMet }: Verdict): string[] {
  return [isMet ? 'met' : '**missed**', target, figure]
}

function shareOf(rate: number, limit: Sample | undefined): string {
  if (limit === undefined) return ''
  const microseconds = limit.processorMicroseconds === undefined ? '' : `, ${limit.processorMicroseconds.toFixed(0)} µs`
  return `${percent(rate / limit.requestsPerSecond)} of ${whole(limit.requestsPerSecond)}${microseconds}`
}

function sampleText(sample: Sample): string {
  const errors = sample.statusErrors + sample.socketErrors
  return `${whole(sample.requestsPerSecond)} req/s, p50 ${sample.p50.toFixed(2)} ms, p99 ${sample.p99.toFixed(2)} ms, ${errors} errors`
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US')
const percent = (share: number) => `${Math.round(share * 100)} %`

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
