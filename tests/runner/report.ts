import { type Screen, type Tally, tallyTable } from './screen.ts'
import type { Outcome } from './test-events.ts'

/** Collects what happened and says it: failures at once, the rest in a summary. */
export function createReport(screen: Screen) {
  const tallies: Tally[] = []
  const outcomes: (Outcome & { passName: string })[] = []
  const problems: string[] = []

  function startPass(name: string): {
    add: (outcome: Outcome) => void
    running: (test: string) => void
    end: () => Tally
  } {
    const tally: Tally = { name, passed: 0, failed: 0, skipped: 0, seconds: 0 }
    const startedAt = performance.now()
    let doing = ''
    tallies.push(tally)
    return {
      add(outcome) {
        tally[outcome.result]++
        outcomes.push({ ...outcome, passName: name })
        if (outcome.result === 'failed') screen.failure(name, outcome)
        screen.status(tally, doing)
      },
      running(test) {
        doing = test
        screen.status(tally, doing)
      },
      end() {
        tally.seconds = (performance.now() - startedAt) / 1_000
        screen.passEnd(tally)
        return tally
      },
    }
  }

  /** Something that fails the run and is not a test's failure. Counts as one failed. */
  function problem(text: string): void {
    problems.push(text)
    screen.print(`\n${screen.red(text)}\n\n`)
  }

  /** Prints the summary; its last line is "N passed, N failed". Returns the exit code. */
  function summarise(timings: boolean): number {
    if (outcomes.length === 0 && problems.length === 0) problem('No test ran.')
    const skipped = outcomes.filter(({ result }) => result === 'skipped')
    const failed = outcomes.filter(({ result }) => result === 'failed')
    const passedCount = outcomes.length - skipped.length - failed.length
    const failedCount = failed.length + problems.length
    if (timings)
      section(
        'Slowest tests',
        slowest(outcomes).map((test) => `${seconds(test.durationMs)}  ${describe(test)}`),
      )
    section('Skipped', skipped.map(describe))
    section('Failed', [...failed.map(describe), ...problems.map((text) => text.split('\n', 1)[0] ?? '')])
    if (tallies.length > 0) screen.print(`\n${tallyTable(tallies)}`)
    for (const line of notes) screen.print(`${line}\n`)
    screen.print(`${passedCount} passed, ${failedCount} failed\n`)
    return failedCount === 0 ? 0 : 1
  }

  const notes: string[] = []
  /** A line of the summary, after the table. */
  const note = (line: string): void => void notes.push(line)

  function section(title: string, lines: string[]): void {
    if (lines.length > 0)
      screen.print(`\n${title}:\n${lines.map((line) => `  ${line.replaceAll('\n', '\n  ')}\n`).join('')}`)
  }

  return { print: screen.print, startPass, problem, note, summarise }
}

export type Report = ReturnType<typeof createReport>

const describe = ({ passName, name, location }: Outcome & { passName: string }): string =>
  `${name} (${passName}${location && `, ${location}`})`

const slowest = <O extends Outcome>(outcomes: O[]): O[] =>
  outcomes.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, 15)

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2).padStart(7)} s`
