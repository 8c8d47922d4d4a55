import { createHash } from 'node:crypto'
import { Transform, type TransformCallback } from 'node:stream'

/** Passes bytes on while it counts and hashes them, and fails with `tooMany()` at the first byte over the limit. */
export class MeasuringStream extends Transform {
  readonly #hash = createHash('sha256')
  readonly #maxBytes: number
  readonly #tooMany: () => Error
  sizeBytes = 0

  constructor(maxBytes: number, tooMany: () => Error) {
    super()
    this.#maxBytes = maxBytes
    this.#tooMany = tooMany
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    this.sizeBytes += chunk.length
    if (this.sizeBytes > this.#maxBytes) {
      callback(this.#tooMany())
    } else {
      this.#hash.update(chunk)
      callback(null, chunk)
    }
  }

  /** Hexadecimal; to be called once, after the end. */
  sha256(): string {
    return this.#hash.digest('hex')
  }
}
