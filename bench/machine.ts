import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

/** Core of the server that is measured; the load, PostgreSQL and Redis run on the others. */
const SERVER_CORE = 0

/** True when there is a way and a reason to give the measured server a core of its own. */
export function canPin(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' })
    return cpus().length > 1
  } catch {
    return false
  }
}

/** Moves a process with all its threads to the core of the measured server. */
export function pinToServerCore(pid: number | undefined): void {
  if (pid !== undefined) execFileSync('taskset', ['-apc', String(SERVER_CORE), String(pid)], { stdio: 'ignore' })
}

/** Moves this process, and so everything it starts from now on, to the other cores. */
export function pinToOtherCores(): void {
  const others = `${SERVER_CORE + 1}-${cpus().length - 1}`
  execFileSync('taskset', ['-apc', others, String(process.pid)], { stdio: 'ignore' })
}

/** Resident memory of a process in megabytes (2^20 bytes); undefined where there is no /proc. */
export function residentMegabytes(pid: number | undefined): number | undefined {
  const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readProcess(pid, 'status'))?.[1]
  return kibibytes === undefined ? undefined : Number(kibibytes) / 1024
}

const TICKS_PER_SECOND = 100

/** Processor time that a process has used, in seconds; undefined where there is no /proc. */
export function processorSeconds(pid: number | undefined): number | undefined {
  // "pid (command) state …": user and system time are the 14th and 15th field, see proc_pid_stat(5).
  const fields = readProcess(pid, 'stat').split(') ').at(-1)?.split(' ') ?? []
  const [user, system] = [Number(fields[11]), Number(fields[12])]
  return Number.isNaN(user + system) ? undefined : (user + system) / TICKS_PER_SECOND
}

function readProcess(pid: number | undefined, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

/** Most connections that a process may open, by the limit on open files. */
export function connectionsMax(): number {
  const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim()
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit) - 100
}

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly kernel: string
  readonly node: string
  readonly isPinned: boolean
}

export function describeMachine(isPinned: boolean): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
    isPinned,
  }
}
