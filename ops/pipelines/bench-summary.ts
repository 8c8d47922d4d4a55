import { readFileSync } from 'node:fs'

/** Usage: bench-summary.ts MAIN.md CHANGE.md. Compares the ratios of two reports of the benchmark, scenario by scenario. */
const [mainFile = '', changeFile = ''] = process.argv.slice(2)

const before = ratiosOf(mainFile)
const after = ratiosOf(changeFile)

process.stdout.write(`## Bench ratios against main

Each is the product's requests a second beside those of a simpler server in the same minutes. Less than a tenth is noise.

| Scenario | Beside | main | this change | difference |
|---|---|---|---|---|
`)
for (const [scenario, columns] of after) {
  for (const [column, share] of columns) {
    const old = before.get(scenario)?.get(column)
    process.stdout.write(`| ${scenario} | ${column} | ${old ?? 'new'} | ${share} | ${difference(old, share)} |\n`)
  }
}
if (after.size === 0) {
  process.stderr.write(`${changeFile} holds no scenario\n`)
  process.exitCode = 1
}

/** Of two percentages, as a share of the first. */
function difference(old: string | undefined, share: string): string {
  const [from, to] = [Number.parseInt(old ?? '', 10), Number.parseInt(share, 10)]
  if (!(from > 0)) return ''
  return `${to >= from ? '+' : '−'}${Math.round((100 * Math.abs(to - from)) / from)} %`
}

/** Scenario, then column, then a percentage, from the tables of a report. */
function ratiosOf(file: string): Map<string, Map<string, string>> {
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
  const heads = rows.find(([first]) => first === 'Scenario') ?? []
  const scenarios = rows.filter((row) => row[0]?.startsWith('`') && row.length === heads.length)
  return new Map(scenarios.map(([name = '', ...cells]) => [name, sharesOf(heads.slice(1), cells)]))
}

function sharesOf(heads: readonly string[], cells: readonly string[]): Map<string, string> {
  return new Map(
    heads.flatMap((head, index) => {
      const share = /^(\d+ %)/.exec(cells[index] ?? '')?.[1]
      return share ? [[head, share] as const] : []
    }),
  )
}
