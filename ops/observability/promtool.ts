import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findOrInstall } from '#support/debian-package.ts'
import type { AlertCase, Scene } from './rules/cases/case.ts'
import { type RuleFile, renderRules, ruleFile } from './rules/render.ts'

/** Path of `promtool`, from the package of Prometheus. Installs it when that needs no question: as root on Debian. */
export function findPromtool(): Promise<string> {
  return findOrInstall({
    command: 'promtool',
    debianPackage: 'prometheus',
    otherWays: ['brew install prometheus    on macOS', 'https://prometheus.io/download/'],
  })
}

export interface Outcome {
  readonly passed: boolean
  readonly output: string
}

/** What promtool's unit tests of rules look like; JSON is YAML, too. */
export interface RuleTest {
  readonly interval: string
  readonly input_series: readonly { readonly series: string; readonly values: string }[]
  readonly promql_expr_test: readonly {
    readonly expr: string
    readonly eval_time: string
    readonly exp_samples: readonly { readonly labels: string; readonly value: number }[]
  }[]
}

export interface RuleTests {
  readonly evaluationInterval: string
  readonly rules: RuleFile
  readonly tests: readonly RuleTest[]
}

/** Runs each list of tests as one file; `name` tells them apart in the output. */
export async function testRules(promtool: string, files: Readonly<Record<string, RuleTests>>): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'lms-rules-'))
  try {
    const names = Object.entries(files).map(async ([name, { evaluationInterval, rules, tests }]) => {
      const content = { rule_files: [`${name}.rules.yml`], evaluation_interval: evaluationInterval, tests }
      await writeFile(join(directory, `${name}.rules.yml`), renderRules(rules))
      await writeFile(join(directory, `${name}.yml`), JSON.stringify(content))
      return `${name}.yml`
    })
    return await run(promtool, ['test', 'rules', ...(await Promise.all(names))], directory)
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** One alert and the recordings it reads: the others would only take time. */
export function rulesOf(alert: string, file: RuleFile = ruleFile()): RuleFile {
  const rules = file.groups.flatMap((group) => group.rules)
  const own = rules.filter((rule) => rule.alert === alert)
  const recorded = rules.filter(({ record }) => record !== undefined && own.some(({ expr }) => expr.includes(record)))
  return { groups: [{ name: alert, rules: [...recorded, ...own] }] }
}

/** The tests that the cases of one alert stand for. */
export function testsOf(
  alert: string,
  { fires, alsoFires = [], quiet, interval = '15s' }: AlertCase,
  rules = rulesOf(alert),
): RuleTests {
  const firing = `count(ALERTS{alertname="${alert}",alertstate="firing"})`
  const expect = (scene: Scene, times: number): RuleTest => ({
    interval,
    input_series: scene.series,
    promql_expr_test: [scene.at].flat().map((at) => sample(firing, at, times)),
  })
  const first = expect(fires, fires.times ?? 1)
  const early = fires.notYet === undefined ? [] : [sample(firing, fires.notYet, 0)]
  return {
    evaluationInterval: interval,
    rules,
    tests: [
      { ...first, promql_expr_test: [...first.promql_expr_test, ...early] },
      ...alsoFires.map((scene) => expect(scene, 1)),
      ...quiet.map((scene) => expect(scene, 0)),
    ],
  }
}

function sample(expr: string, at: string, value: number) {
  return { expr, eval_time: at, exp_samples: value === 0 ? [] : [{ labels: '{}', value }] }
}

export async function run(command: string, args: readonly string[], cwd?: string): Promise<Outcome> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd !== undefined && { cwd }) })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk
    })
  }
  const [code] = await once(child, 'close')
  return { passed: code === 0, output }
}
