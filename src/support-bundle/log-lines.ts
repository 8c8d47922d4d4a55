import { open } from 'node:fs/promises'
import { scrub } from '#platform/log/scrub.ts'

/** What is read from the end of a log file. */
const READ_BYTES = 4 * 1024 * 1024

/** The last `count` lines of a log file, without secrets and mail addresses by their shape. */
export async function lastLogLines(path: string, count: number): Promise<string> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - READ_BYTES)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, READ_BYTES)), { position: start })
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n')
    // The first may have lost its beginning, and with it what marks a secret as one.
    const whole = start > 0 ? lines.slice(1) : lines
    return whole
      .filter((line) => line !== '')
      .slice(-count)
      .map((line) => `${cleanLogLine(line)}\n`)
      .join('')
  } finally {
    await file.close()
  }
}

function cleanLogLine(line: string): string {
  try {
    return JSON.stringify(scrub(JSON.parse(line)))
  } catch {
    return scrub(line)
  }
}
