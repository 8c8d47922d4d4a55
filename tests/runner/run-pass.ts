import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Coverage, Outcome, TestEvent, TestRequest } from './test-events.ts'

export interface PassRequest extends TestRequest {
  env: NodeJS.ProcessEnv
  onOutcome: (outcome: Outcome) => void
  onRunning: (name: string) => void
  /** What the tests themselves print. */
  onOutput: (text: string) => void
  signal: AbortSignal
}

/** A process in which nothing happens for so long hangs, in a way that tests' own time-outs do not catch. */
const idleLimitMs = 10 * 60_000

/**
 * Runs test files in one new process and reports every outcome; one that is no test's, such as a crash, too. Returns
 * what was covered. On abort the process and all it has started are killed.
 */
export async function runPass(request: PassRequest): Promise<Coverage> {
  let coverage: Coverage = {}
  let ended = false
  let failures = 0
  const report = (outcome: Outcome): void => {
    if (outcome.result === 'failed') failures++
    request.onOutcome(outcome)
  }
  const complain = (name: string, error: string): void =>
    report({ result: 'failed', name, location: request.files.join(' '), durationMs: 0, error })

  const child = startProcess(request)
  const idle = setTimeout(() => {
    complain('every test ends', `Nothing happened for ${idleLimitMs / 60_000} minutes: killed.`)
    killGroup(child)
  }, idleLimitMs)
  child.on('message', (event: TestEvent) => {
    idle.refresh()
    if (event.kind === 'outcome') report(event.outcome)
    if (event.kind === 'running') request.onRunning(event.name)
    if (event.kind === 'coverage') coverage = event.coverage
    if (event.kind === 'end') ended = true
    if (event.kind === 'stuck') complain('the tests close what they open', whatIsOpen(event.open))
  })
  const [code, signalName] = await untilClosed(child, request.signal)
  clearTimeout(idle)
  const crashed = !ended || code !== 0
  if (crashed && failures === 0 && !request.signal.aborted) {
    complain(
      'the process ends by itself when every test has run',
      `It ended with ${signalName ?? `exit code ${code}`}.`,
    )
  }
  return coverage
}

function startProcess({ files, namePattern, coverage, env, onOutput }: PassRequest): ChildProcess {
  const request: TestRequest = { files, namePattern, coverage }
  const child = fork(`${import.meta.dirname}/run-files.ts`, [JSON.stringify(request)], {
    env,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    detached: true, // a process group of its own: it can be killed with all that the tests started
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  child.stdout?.setEncoding('utf8').on('data', onOutput)
  child.stderr?.setEncoding('utf8').on('data', onOutput)
  return child
}

/** Waits for the end of the process, then ends what it left running. Resolves with exit code and signal. */
async function untilClosed(child: ChildProcess, signal: AbortSignal): Promise<[number | null, string | null]> {
  const abort = (): void => killGroup(child)
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  const disconnected = once(child, 'disconnect') // the last message has arrived
  const closed = once(child, 'close')
  try {
    const [code, signalName] = (await once(child, 'exit')) as [number | null, string | null]
    killGroup(child)
    // A process that left the group may hold the output open; it is not waited for.
    await Promise.race([Promise.all([disconnected, closed]), delay(2_000, undefined, { ref: false })])
    return [code, signalName]
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // nothing of it is left
  }
}

const whatIsOpen = (open: string[]): string =>
  `All tests have ended, but the process cannot: something is still open (${[...new Set(open)].join(', ')}).
A server, connection, timer or child process was not closed by the test that opened it.`
