import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findPromtool, rulesOf, testRules, testsOf } from '../promtool.ts'
import { cases } from './cases/index.ts'
import { alerts } from './index.ts'
import { type Mutant, mutantsOf } from './mutants.ts'

const REPORT = join(import.meta.dirname, 'mutation.md')
const SCORE_MIN = 0.9
const PARALLEL = 2

process.exitCode = await main()

/** Plants every mutant into its rule, one at a time, and reports which of them no test noticed. */
async function main(): Promise<number> {
  const promtool = await findPromtool()
  const mutants = alerts.flatMap(({ name }) => mutantsOf(name, rulesOf(name)))
  const survivors: Mutant[] = []
  const left = [...mutants]
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let mutant = left.shift(); mutant; mutant = left.shift()) {
        const tests = testsOf(mutant.alert, cases[mutant.alert as keyof typeof cases], mutant.rules)
        const { passed } = await testRules(promtool, { [mutant.alert]: tests })
        if (passed) survivors.push(mutant)
      }
    }),
  )
  const score = 1 - survivors.length / mutants.length
  const text = report(mutants.length, survivors)
  writeFileSync(REPORT, text)
  process.stdout.write(text)
  return score >= SCORE_MIN ? 0 : 1
}

function report(count: number, survivors: readonly Mutant[]): string {
  const caught = count - survivors.length
  const list = survivors
    .map(({ alert, change }) => `- ${alert}: ${change}\n`)
    .sort()
    .join('')
  return `# Mutation of the alert rules

<!-- Written by "npm run test:mutation": do not edit. -->

Every rule was broken on purpose, one way at a time: a comparison turned round, a threshold halved or doubled, the time
it must last forgotten. A mutant is caught when a unit test of its alert fails.

**${caught} of ${count} mutants were caught: ${((caught / count) * 100).toFixed(1)} %.** At least ${SCORE_MIN * 100} % are wanted.

${survivors.length === 0 ? 'None survived.\n' : `These survived:\n\n${list}`}`
}
