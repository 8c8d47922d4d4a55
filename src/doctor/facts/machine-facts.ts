import { readFile } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'

export interface MachineFacts {
  /** What this process may use: the limit of its container, or the memory of the machine. */
  readonly memoryLimitBytes: number
  readonly isContainerLimit: boolean
  /** What the machine could give to programs now. */
  readonly memoryAvailableBytes: number
  /** The limit of open files and sockets that counts; null where the system does not tell. */
  readonly openFilesLimit: number | null
}

export async function readMachine(): Promise<MachineFacts> {
  const [constrained, total] = [process.constrainedMemory(), totalmem()]
  const isContainerLimit = constrained > 0 && constrained < total
  return {
    memoryLimitBytes: isContainerLimit ? constrained : total,
    isContainerLimit,
    memoryAvailableBytes: await readAvailableMemory(),
    openFilesLimit: await readOpenFilesLimit(),
  }
}

async function readAvailableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1]
  return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024
}

async function readOpenFilesLimit(): Promise<number | null> {
  const text = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  const soft = /^Max open files\s+(\S+)/m.exec(text)?.[1]
  if (soft === undefined) return null
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft)
}
