import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** One run of a load on one address. */
export interface Load {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string
  /** Written by `writeRequests`. */
  readonly requestsFile: string
  readonly connections: number
  readonly seconds: number
}

export interface LoadResult {
  readonly requestsPerSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly requests: number
  /** Answers with a status of 400 or more. */
  readonly statusErrors: number
  readonly socketErrors: number
  /** How often the requests were sent from the first again. */
  readonly rounds: number
}

export interface Generator {
  readonly name: string
  run(load: Load): Promise<LoadResult>
}

const run = promisify(execFile)

/**
 * wrk where it is installed: it takes a tenth of the processor that autocannon takes, and here the load shares a core
 * with the database. autocannon everywhere else; then fast servers are held back by it, and ratios look too good.
 */
export function chooseGenerator(): Generator {
  const wrk = (process.env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, 'wrk'))
    .find(existsSync)
  return wrk === undefined ? autocannon : wrkGenerator(wrk)
}

function wrkGenerator(program: string): Generator {
  const script = join(import.meta.dirname, 'wrk.lua')
  return {
    name: 'wrk',
    async run({ origin, requestsFile, connections, seconds }) {
      const args = ['-t1', `-c${connections}`, `-d${Math.ceil(seconds)}s`, '--timeout', '10s', '-s', script]
      const { stdout } = await run(program, [...args, origin, '--', requestsFile])
      const line = stdout.split('\n').find((one) => one.startsWith('{'))
      if (line === undefined) throw new Error(`wrk printed no result:\n${stdout}`)
      const told = JSON.parse(line)
      return {
        requestsPerSecond: told.requests / (told.microseconds / 1e6),
        p50: told.p50 / 1000,
        p99: told.p99 / 1000,
        requests: told.requests,
        statusErrors: told.statusErrors,
        socketErrors: told.socketErrors,
        rounds: told.rounds,
      }
    },
  }
}

const autocannon: Generator = {
  name: 'autocannon',
  async run(load) {
    const worker = join(import.meta.dirname, 'autocannon-worker.ts')
    const { stdout } = await run(process.execPath, [worker, JSON.stringify(load)], { maxBuffer: 1e7 })
    return JSON.parse(stdout) as LoadResult
  },
}
