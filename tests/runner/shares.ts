import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Fewer files are not worth the start of another process. */
const FILES_MIN = 15
/** Beyond that the processes wait for memory rather than for a processor. */
const PROCESSES_MAX = 8

/** Deals the files out to as many processes as the machine has processors, so that each gets about as much to read. */
export function shareOut(files: readonly string[], processors = availableParallelism()): string[][] {
  const count = Math.max(1, Math.min(processors, PROCESSES_MAX, Math.floor(files.length / FILES_MIN)))
  const shares = Array.from({ length: count }, () => ({ files: [] as string[], bytes: 0 }))
  const bySize = files.map((file) => ({ file, bytes: statSync(file).size })).sort((a, b) => b.bytes - a.bytes)
  for (const { file, bytes } of bySize) {
    const least = shares.reduce((a, b) => (b.bytes < a.bytes ? b : a))
    least.files.push(file)
    least.bytes += bytes
  }
  return shares.map((share) => share.files.sort())
}
