/**
 * Runs test files in this one process and tells its parent what happens. Started by run-pass.ts, as the leader of a
 * process group of its own.
 */
import { AssertionError } from 'node:assert'
import { relative } from 'node:path'
import { run } from 'node:test'
import { inspect } from 'node:util'
import { coverageOf } from './coverage.ts'
import type { Outcome, TestEvent, TestRequest } from './test-events.ts'

/** For a test that sets no time-out of its own. */
const testTimeoutMs = 60_000
/** How long the process may live on when no test runs any more. */
const exitGraceMs = 5_000

const root = process.cwd()
const request = JSON.parse(process.argv[2] ?? '') as TestRequest
const tell = (event: TestEvent): void => void process.send?.(event)

// Without its parent nobody would read the results, nor end what the tests have started.
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'))
process.channel?.unref()

const events = run({
  files: request.files,
  isolation: 'none',
  timeout: testTimeoutMs,
  ...(request.namePattern !== undefined && { testNamePatterns: request.namePattern }),
  ...(request.coverage && {
    coverage: true,
    coverageIncludeGlobs: ['src/**'],
    coverageExcludeGlobs: ['**/*.test.ts'],
  }),
})

const fullNames = new Map<number | undefined, string>()
const unfinished = new Set<number>()
let exitGrace: NodeJS.Timeout | undefined

events.on('test:enqueue', ({ testId, parentId, name }) => {
  const parent = fullNames.get(parentId)
  fullNames.set(testId, parent === undefined ? name : `${parent} > ${name}`)
  unfinished.add(testId)
})
events.on('test:dequeue', ({ testId }) => tell({ kind: 'running', name: fullNames.get(testId) ?? '' }))
events.on('test:complete', ({ testId }) => {
  unfinished.delete(testId)
  clearTimeout(exitGrace)
  // unref: it fires only where something else keeps the process from ending
  if (unfinished.size === 0) exitGrace = setTimeout(giveUp, exitGraceMs).unref()
})
events.on('test:pass', (test) => {
  // A file that defines no test is reported as a test of the file's name that passes.
  if (request.files.includes(test.name)) return tellOutcome(test, 'failed', 'The file holds no test.')
  const skipped = Boolean(test.skip || test.todo)
  if (test.details.type !== 'suite' || skipped) tellOutcome(test, skipped ? 'skipped' : 'passed')
})
events.on('test:fail', (test) => {
  const { failureType } = test.details.error as { failureType?: string }
  const onlyRepeatsAChild = failureType === 'subtestsFailed'
  if (test.details.type === 'suite' && onlyRepeatsAChild) return
  tellOutcome(test, 'failed', onlyRepeatsAChild ? undefined : explain(test.details.error))
})
events.on('test:diagnostic', ({ message }) => {
  if (!message.includes('asynchronous activity after the test ended')) return
  const name = 'no error may come after the end of its test'
  tell({ kind: 'outcome', outcome: { result: 'failed', name, location: '', durationMs: 0, error: message } })
})
events.on('test:coverage', ({ summary }) => tell({ kind: 'coverage', coverage: coverageOf(root, summary.files) }))
events.on('end', () => tell({ kind: 'end' }))
events.resume()

interface EndedTest {
  testId?: number
  name: string
  file?: string
  line?: number
  details: { duration_ms?: number }
}

function tellOutcome({ testId, name, file, line, details }: EndedTest, result: Outcome['result'], error?: string) {
  const outcome = {
    result,
    name: fullNames.get(testId) ?? name,
    location: file === undefined ? '' : `${relative(root, file)}:${line}`,
    durationMs: details.duration_ms ?? 0,
    ...(error !== undefined && { error }),
  }
  tell({ kind: 'outcome', outcome })
}

/** The error that the test threw, with its differences or causes, without the test runner's own frames. */
function explain(error: Error): string {
  const thrown = error.cause ?? error
  // An assertion's message holds the differences; its properties would show both values once more.
  const text = thrown instanceof AssertionError ? thrown.stack : inspect(thrown, { depth: 5 })
  return String(text)
    .split('\n')
    .flatMap((line) => (/^\s+at .*\(?node:/.test(line) ? (line.endsWith('{') ? ['{'] : []) : [line]))
    .join('\n')
    .trimEnd()
}

function giveUp(): void {
  tell({ kind: 'stuck', open: process.getActiveResourcesInfo() })
  process.exit(1)
}
