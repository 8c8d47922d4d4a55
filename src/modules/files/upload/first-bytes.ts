import { Readable } from 'node:stream'
import { formUnreadable } from '../problems.ts'

export interface Peeked {
  readonly firstBytes: Buffer
  /** The stream ended within them. */
  readonly isWhole: boolean
  /** The stream from its very beginning, `firstBytes` included; destroying it destroys the source. */
  readonly content: Readable
}

/** Reads `count` bytes of `source`, or all there are, and gives the stream back whole. */
export async function peek(source: Readable, count: number): Promise<Peeked> {
  const chunks = source.iterator() as AsyncIterator<Buffer>
  const read: Buffer[] = []
  let isWhole = false
  for (let bytes = 0; bytes < count && !isWhole; ) {
    const chunk = await nextChunk(chunks)
    if (chunk === null) isWhole = true
    else {
      read.push(chunk)
      bytes += chunk.length
    }
  }
  const all = Buffer.concat(read)
  // What was read beyond `count` is more than the first bytes.
  return {
    firstBytes: all.subarray(0, count),
    isWhole: isWhole && all.length <= count,
    content: rejoin(source, all, chunks),
  }
}

function rejoin(source: Readable, start: Buffer, rest: AsyncIterator<Buffer>): Readable {
  let isStartRead = false
  return new Readable({
    read() {
      if (!isStartRead && start.length > 0) {
        isStartRead = true
        this.push(start)
      } else {
        nextChunk(rest).then(
          (chunk) => this.push(chunk),
          (error) => this.destroy(error),
        )
      }
    },
    destroy(error, callback) {
      source.destroy()
      callback(error)
    },
  })
}

/** Null at the end. */
async function nextChunk(chunks: AsyncIterator<Buffer>): Promise<Buffer | null> {
  try {
    const { value, done } = await chunks.next()
    return done ? null : value
  } catch (error) {
    throw formUnreadable({ reason: 'the content ends before its end' }, error)
  }
}
