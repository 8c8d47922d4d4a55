import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { childrenOf, isAlive } from './processes.ts'

export interface ServerProcessOptions {
  /** What messages call it. */
  name: string
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  /** Everything the server writes lives below it; removed by `stop`. */
  directory: string
  /** Run it as this user. Absent: as ours. */
  user?: { uid: number; gid: number }
  /** What ends it in order. Default: SIGINT. */
  stopSignal?: 'SIGINT' | 'SIGTERM'
  /** Resolves when the server answers requests, rejects while it does not yet. */
  answers: () => Promise<void>
}

export interface ServerProcess {
  /** Starts it, on what the last run left on disk, and waits until it answers. */
  start(): Promise<void>
  /** SIGKILL to the server and its children, as a crash would; what is on disk stays. Waits until they are gone. */
  kill(): Promise<void>
  /** Asks it to end with SIGTERM, as an operator or a deploy does; resolves with its exit code. What is on disk stays. */
  terminate(): Promise<number | null>
  /** Id of the process while it runs. */
  pid(): number | undefined
  /** Orderly end, on SIGINT unless told otherwise, which cuts open sessions of PostgreSQL; removes the directory. May be called twice. */
  stop(): Promise<void>
}

const startTimeoutMs = 30_000
const stopTimeoutMs = 10_000

/**
 * A server that lives no longer than this process: a guard ends it and removes its directory on every way out,
 * SIGKILL of this process included. It is in a process group of its own, so Ctrl-C does not reach it before us.
 */
export function serverProcess(options: ServerProcessOptions): ServerProcess {
  const { directory, stopSignal = 'SIGINT' } = options
  const guard = guardAgainstOrphans(directory, stopSignal)
  let running: ChildProcess | undefined

  async function start(): Promise<void> {
    if (running) throw new Error(`${options.name} is already running.`)
    const child = spawnServer(options)
    const failure = failureOf(child, options)
    running = child
    guard.watch(child.pid)
    try {
      await untilItAnswers(options, failure)
    } catch (error) {
      await kill()
      throw error
    }
  }

  async function kill(): Promise<void> {
    if (!running) return
    const child = running
    running = undefined
    // PostgreSQL's backends notice the death of their parent only when they next wait for something.
    const orphans = child.pid === undefined ? [] : childrenOf(child.pid)
    await end(child, 'SIGKILL')
    for (const pid of orphans) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    await eventually(() => {
      const alive = orphans.filter(isAlive)
      if (alive.length > 0) throw new Error(`${options.name}: alive after SIGKILL: ${alive.join(', ')}`)
    })
    guard.watch(undefined)
  }

  async function terminate(): Promise<number | null> {
    if (!running) throw new Error(`${options.name} does not run.`)
    const child = running
    if (!(await end(child, 'SIGTERM'))) throw new Error(`${options.name} did not end on SIGTERM.`)
    running = undefined
    guard.watch(undefined)
    return child.exitCode
  }

  async function stop(): Promise<void> {
    if (running && !(await end(running, stopSignal))) await kill()
    running = undefined
    guard.dismiss()
    await rm(options.directory, { recursive: true, force: true, maxRetries: 5 })
  }

  return { start, pid: () => running?.pid, kill, terminate, stop }
}

function spawnServer({ command, args, env, directory, user }: ServerProcessOptions): ChildProcess {
  const log = openSync(logFile(directory), 'a')
  try {
    const child = spawn(command, args, { env, cwd: directory, detached: true, stdio: ['ignore', log, log], ...user })
    child.unref() // a test that forgets to stop its server must not keep the process from ending
    return child
  } finally {
    closeSync(log)
  }
}

/** Rejects when the server ends or cannot be spawned. */
function failureOf(child: ChildProcess, { name, directory }: ServerProcessOptions): Promise<never> {
  const failure = new Promise<never>((_resolve, reject) => {
    child.once('error', (cause) => reject(new Error(`${name} could not be started: ${cause.message}`, { cause })))
    child.once('exit', (code, signalName) => {
      reject(
        new Error(`${name} ended (${signalName ?? `exit code ${code}`}). Its log ends with:\n${logTail(directory)}`),
      )
    })
  })
  failure.catch(() => {}) // an end after the start is `kill`, `stop`, or something the tests see on their connections
  return failure
}

async function untilItAnswers({ name, answers, directory }: ServerProcessOptions, failure: Promise<never>) {
  let failed = false
  failure.catch(() => {
    failed = true
  })
  await Promise.race([
    failure,
    eventually(
      async () => {
        if (!failed) await answers()
      },
      { timeoutMs: startTimeoutMs },
    ).catch((cause) => {
      throw new Error(`${name} does not answer after ${startTimeoutMs} ms. Its log ends with:\n${logTail(directory)}`, {
        cause,
      })
    }),
  ])
  if (failed) await failure
}

/** Sends the signal and waits for the end; false when it still runs after `stopTimeoutMs`. */
async function end(child: ChildProcess, signalName: NodeJS.Signals): Promise<boolean> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return true
  child.ref()
  const exited = once(child, 'exit', { signal: AbortSignal.timeout(stopTimeoutMs) })
  child.kill(signalName)
  try {
    await exited
    return true
  } catch {
    return false
  }
}

/** The guard waits for the end of its input, which comes when this process closes it or ends in whatever way. */
const guardScript = `
pid=
while read -r line; do pid=$line; done
# A zombie has ended; it stays in the table until its parent collects it.
runs() { kill -0 "$1" && ! grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"; }
if [ -n "$pid" ]; then
  kill -s "$2" "$pid"
  tries=0
  while runs "$pid" && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
  runs "$pid" && kill -KILL "$pid"
fi
rm -rf "$1"
`

function guardAgainstOrphans(directory: string, stopSignal: string) {
  const guard = spawn('sh', ['-c', guardScript, 'sh', directory, stopSignal.slice('SIG'.length)], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.unref()
  guard.stdin.on('error', () => {}) // it was killed: nothing is left to tell it
  return {
    /** The process to end when we are gone; undefined: none. */
    watch: (pid: number | undefined) => guard.stdin.write(`${pid ?? ''}\n`),
    dismiss: () => guard.stdin.end('\n'),
  }
}

const logFile = (directory: string): string => join(directory, 'server.log')

function logTail(directory: string): string {
  try {
    return readFileSync(logFile(directory), 'utf8').trimEnd().split('\n').slice(-15).join('\n')
  } catch {
    return '(no log)'
  }
}
