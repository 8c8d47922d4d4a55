import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type BenchWishes, benchDatabase } from './bench.ts'
import { chooseGenerator } from './load/generator.ts'
import { canPin, connectionsMax, describeMachine, pinToOtherCores } from './machine.ts'
import { toMarkdown, toTerminal } from './report.ts'
import type { DatabaseResults, Results } from './results.ts'
import { scenarioNamed, scenarios } from './scenarios.ts'
import { type DatabaseName, databases } from './stage.ts'
import { targets } from './targets.ts'
import { sizes } from './world/sizes.ts'

const help = `Usage: node bench/run.ts [OPTIONS]        (npm run bench -- OPTIONS)

Starts the product on a database full of data and measures it side by side with its limits: a bare node:http server that
sends the same bytes, and one that runs the same SQL through the bare driver.

  --database NAME      ${databases.join(' or ')} (default: both)
  --scenario NAME      one or more, with commas; none of them: no sweep and no login flood
                       ${scenarios.map(({ name }) => name).join(', ')}
  --seconds N          of each run (default: 5)
  --rounds N           runs of each server, in turn; the medians count (default: 3)
  --scale N            1, 10 or 100: also with that many times the data (default: 1)
  --connections LIST   of the sweep, with commas; 0: no sweep (default: ${targets.sweep.connections.join(',')})
  --quick              proves that everything works, on very little data: its figures say nothing
  --output FILE        where the report goes (default: bench/results.md; with --quick or --scenario: nowhere)
  --help               this text

It takes wrk where that is installed, else autocannon. Exit code 0: measured, whatever the figures; 1: something failed.
`

class UsageError extends Error {}

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const wishes = readArguments()
    if (wishes === 'help') {
      process.stdout.write(help)
      return 0
    }
    return await bench(wishes)
  } catch (error) {
    process.stderr.write(`${error instanceof UsageError ? `${error.message}\nTry --help.` : (error as Error).stack}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

interface RunWishes extends BenchWishes {
  readonly databases: readonly DatabaseName[]
  readonly output: string | undefined
}

async function bench(wishes: RunWishes): Promise<number> {
  if (wishes.isPinned) pinToOtherCores()
  const results: DatabaseResults[] = []
  for (const database of wishes.databases) {
    const one = await benchDatabase(database, wishes)
    wishes.say('')
    process.stdout.write(`${toTerminal(one)}\n\n`)
    results.push(one)
  }
  if (wishes.output === undefined) return 0
  const all: Results = {
    at: new Date().toISOString().slice(0, 16).replace('T', ' '),
    command: `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`,
    machine: describeMachine(wishes.isPinned),
    generator: wishes.generator.name,
    seconds: wishes.seconds,
    rounds: wishes.rounds,
    databases: results,
  }
  writeFileSync(wishes.output, toMarkdown(all))
  process.stdout.write(`Written to ${wishes.output}\n`)
  return 0
}

function readArguments(): RunWishes | 'help' {
  const { values } = parse()
  if (values.help) return 'help'
  const quick = values.quick ?? false
  const partial = values.scenario !== undefined
  const connections = numbers('--connections', values.connections ?? targets.sweep.connections.join(','))
  return {
    databases: values.database === undefined ? databases : [oneOf('--database', values.database, databases)],
    scenarios: values.scenario?.split(',').map(named) ?? scenarios,
    sizes: sizesOf(values.scale, quick),
    seconds: quick ? 1 : number('--seconds', values.seconds ?? '5'),
    rounds: quick ? 1 : number('--rounds', values.rounds ?? '3'),
    sweep: partial ? [] : quick ? [1, 16] : connections.filter((count) => count > 0 && count <= connectionsMax()),
    floodsLogins: !partial,
    isPinned: canPin(),
    generator: chooseGenerator(),
    output: values.output ?? (quick || partial ? undefined : join(import.meta.dirname, 'results.md')),
    say: createStatus(),
  }
}

function parse() {
  try {
    return parseArgs({
      options: {
        database: { type: 'string' },
        scenario: { type: 'string' },
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        scale: { type: 'string' },
        connections: { type: 'string' },
        output: { type: 'string' },
        quick: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function sizesOf(scale: string | undefined, quick: boolean): BenchWishes['sizes'] {
  if (quick) return [sizes.tiny]
  switch (scale ?? '1') {
    case '1':
      return [sizes['1']]
    case '10':
      return [sizes['1'], sizes['10']]
    case '100':
      return [sizes['1'], sizes['10'], sizes['100']]
    default:
      throw new UsageError(`--scale must be 1, 10 or 100, but is “${scale}”.`)
  }
}

function named(name: string) {
  try {
    return scenarioNamed(name)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function oneOf<const V extends string>(option: string, value: string, allowed: readonly V[]): V {
  const found = allowed.find((one) => one === value)
  if (found === undefined) throw new UsageError(`${option} must be ${allowed.join(' or ')}, but is “${value}”.`)
  return found
}

function number(option: string, value: string): number {
  const read = Number(value)
  if (!Number.isFinite(read) || read <= 0)
    throw new UsageError(`${option} must be a number above 0, but is “${value}”.`)
  return read
}

function numbers(option: string, value: string): number[] {
  return value.split(',').map((one) => (one === '0' ? 0 : number(option, one)))
}

/** What is being done, on one line of a terminal that is written over; elsewhere one line each. */
function createStatus(): (what: string) => void {
  if (!process.stderr.isTTY) return () => {}
  return (what) => process.stderr.write(`\r\u001b[K${what.slice(0, (process.stderr.columns ?? 80) - 1)}`)
}
