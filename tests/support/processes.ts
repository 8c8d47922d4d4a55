import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Ids of the living direct children of a process. */
export function childrenOf(parent: number): number[] {
  return processTable()
    .filter((entry) => entry.parent === parent && entry.alive)
    .map((entry) => entry.pid)
}

/** Whether the process runs. One that ended and was not yet collected by its parent (a zombie) does not. */
export function isAlive(pid: number): boolean {
  if (existsSync('/proc/self/stat')) return readEntry(pid)?.alive ?? false
  return processTable().some((entry) => entry.pid === pid && entry.alive)
}

/** Resident memory of a living process, in bytes. */
export function residentBytes(pid: number): number {
  if (existsSync('/proc/self/status')) {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(kibibytes) * 1024
  }
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
}

interface ProcessEntry {
  pid: number
  parent: number
  alive: boolean
}

// A slim Linux has no ps, macOS has no /proc.
function processTable(): ProcessEntry[] {
  if (existsSync('/proc/self/stat')) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => readEntry(Number(name)) ?? [])
  }
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,stat='], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => {
    const [pid, parent, state = ''] = line.trim().split(/\s+/)
    return { pid: Number(pid), parent: Number(parent), alive: !state.startsWith('Z') }
  })
}

function readEntry(pid: number): ProcessEntry | undefined {
  try {
    // "pid (command) state parent …", see proc_pid_stat(5); the command may hold spaces and brackets.
    const afterCommand = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? ''
    const [state = '', parent] = afterCommand.split(' ')
    return { pid, parent: Number(parent), alive: !'ZXx'.includes(state) }
  } catch {
    return undefined
  }
}
