import { access, readdir, readFile } from 'node:fs/promises'
import { setPriority } from 'node:os'

/** A tenth of the weight of a thread of normal priority, by the kernel's scale. */
const POOL_NICENESS = 10

/**
 * Lets the threads of Node's pool, where passwords are hashed, run after the event loop when both want the processor:
 * a flood of logins then slows itself, not everybody. Linux only, where a thread has a priority of its own (setpriority(2),
 * notes on PRIO_PROCESS); elsewhere, and where the system forbids it, nothing changes. Returns how many threads yield.
 */
export async function yieldPoolToEventLoop(): Promise<number> {
  if (process.platform !== 'linux') return 0
  try {
    // The pool starts with the first work for it.
    await access('/proc/self/task')
    const yielding = await Promise.all((await readdir('/proc/self/task')).map(lowerIfOfPool))
    return yielding.filter(Boolean).length
  } catch {
    return 0
  }
}

async function lowerIfOfPool(thread: string): Promise<boolean> {
  const name = await readFile(`/proc/self/task/${thread}/comm`, 'utf8').catch(() => '')
  if (name.trim() !== 'libuv-worker') return false
  setPriority(Number(thread), POOL_NICENESS)
  return true
}
