import { write, writeSync } from 'node:fs'
import type { DestinationStream } from 'pino'

const STDOUT = 1
const BLOCK_CHARACTERS = 16 * 1024
const WAITING_CHARACTERS_MAX = 16 * 1024 * 1024
const FLUSH_EVERY_MS = 100
const FULL_PIPE_PAUSE_MS = 10

/**
 * Standard output for logs: lines leave in blocks, one write at a time, at the latest after a tenth of a second and when
 * the process ends in whatever way but SIGKILL. While nobody reads, 16 MiB wait; what comes then is dropped. Adding a
 * line costs next to nothing; pino's own destination measures all that waits anew at each line.
 */
export function stdoutLines(): DestinationStream {
  let waiting = ''
  let isWriting = false
  let isStarted = false

  function flush(): void {
    if (isWriting || waiting === '') return
    isWriting = true
    const block = Buffer.from(waiting)
    waiting = ''
    writeRest(block)
  }

  function writeRest(block: Buffer): void {
    write(STDOUT, block, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(writeRest, FULL_PIPE_PAUSE_MS, block)
      } else if (!error && written < block.length) {
        writeRest(block.subarray(written))
      } else {
        // After any other error nobody reads any more: there is no better place to say so.
        isWriting = false
        if (waiting.length >= BLOCK_CHARACTERS) flush()
      }
    })
  }

  /** At the first line only: a silent log leaves nothing behind. */
  function start(): void {
    isStarted = true
    setInterval(flush, FLUSH_EVERY_MS).unref()
    process.on('exit', () => writeLast(waiting))
  }

  return {
    write(line) {
      if (!isStarted) start()
      if (waiting.length > WAITING_CHARACTERS_MAX) return
      waiting += line
      if (waiting.length >= BLOCK_CHARACTERS) flush()
    },
  }
}

/** At the very end only synchronous writes are possible. */
function writeLast(text: string): void {
  let rest = Buffer.from(text)
  for (let attempt = 0; rest.length > 0 && attempt < 100; attempt++) {
    try {
      rest = rest.subarray(writeSync(STDOUT, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_PAUSE_MS)
    }
  }
}
