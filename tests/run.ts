import { parseArgs } from 'node:util'
import { changedPaths } from './runner/changes.ts'
import { coverageFloor, type RunOptions, runTests } from './runner/run-tests.ts'

const modes = ['quick', 'sqlite', 'postgres', 'processes', 'all'] as const

const help = `Usage: node tests/run.ts quick|sqlite|postgres|processes|all [FILE|FOLDER ...] [--changed] [--name PATTERN]
       [--timings]

  quick            the tests beside the code, on SQLite in memory, in a process per processor; needs nothing
  sqlite           the same, and at least ${coverageFloor} % of the code lines of src must have run
  postgres         the same tests on PostgreSQL and Redis: those of TEST_DATABASE_URL and TEST_REDIS_URL, or its own
  processes        pass 3 of all, alone
  all              pass 1: the same; pass 2: the same on PostgreSQL and Redis, which it starts itself;
                   pass 3: tests/acceptance, clients, faults, property, runner and storage, and bench, ops and scripts,
                   one process per file, two at a time;
                   and at least ${coverageFloor} % of the code lines of src must have run in passes 1 and 2

  FILE, FOLDER     only these tests
  --changed        only those of the folders, below src/modules and src/platform, that differ from main, committed or
                   not; all when what differs concerns every test, such as src/app.ts or tests/support, or holds none
  --name PATTERN   only tests whose name matches the regular expression
  --timings        the slowest tests, too
  --help           this text

TEST_POSTGRES_BIN=FOLDER takes the PostgreSQL of that folder (postgres, initdb) instead of the one that comes along.
npm test is "all", npm run test:quick is "quick"; arguments follow "--": npm test -- src/modules/auth --name 401
The last line is "N passed, N failed". Exit code 0: all passed; 1: something failed; 2: wrong usage.
`

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const options = readArguments()
    if (options !== 'help') return await runTests(options, abortOnSignals())
    process.stdout.write(help)
    return 0
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nTry --help.\n`)
    return 2
  }
}

function readArguments(): RunOptions | 'help' {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      changed: { type: 'boolean' },
      name: { type: 'string' },
      timings: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return 'help'
  const [mode, ...named] = positionals
  const known = modes.find((one) => one === mode)
  if (!known) throw new Error(`The first argument must be one of: ${modes.join(', ')}.`)
  const paths = values.changed ? [...named, ...changedPaths(process.cwd())] : named
  return { mode: known, paths, namePattern: values.name, timings: values.timings ?? false }
}

/**
 * The first signal ends the run in order; another one, a second later or more, at once: then the servers' guards clean
 * up. Ctrl-C under npm, or a kill of the process group, arrives twice at the same moment and means one.
 */
function abortOnSignals(): AbortSignal {
  const interruption = new AbortController()
  let firstAt = 0
  for (const [name, number] of [
    ['SIGHUP', 1],
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    process.on(name, () => {
      if (!interruption.signal.aborted) firstAt = performance.now()
      else if (performance.now() - firstAt > 1_000) process.exit(128 + number)
      interruption.abort(128 + number)
    })
  }
  return interruption.signal
}
