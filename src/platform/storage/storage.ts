import type { Readable } from 'node:stream'

export interface PutOptions {
  /** One byte more makes the put fail with `ObjectTooLarge`. */
  readonly maxBytes: number
  readonly contentType: string
  readonly signal?: AbortSignal | undefined
}

/** As in an HTTP Range: both ends count from 0 and are part of the range. Without `end`: to the last byte. */
export interface ByteRange {
  readonly start: number
  readonly end?: number | undefined
}

export interface TemporaryUrlOptions {
  readonly expiresSeconds: number
  /** What the browser saves the object as. */
  readonly fileName: string
  readonly contentType: string
}

/**
 * Where files are kept, each under a key that the caller makes. A key has parts of `a-z 0-9 _ . -`, separated by `/`,
 * 200 characters at most; anything else throws a `TypeError`. Objects pass through as streams and are never held in
 * memory.
 */
export interface Storage {
  /**
   * Keeps everything that `source` gives. All or nothing: until it resolves, and for ever when it fails, `key` holds
   * what it held before; only where a remote storage stops answering at the very end may it hold the new object after
   * `StorageUnavailable`. On failure the source is destroyed. When two puts to one key race, at least one succeeds and
   * the key holds the whole of one that did.
   */
  put(
    key: string,
    source: Readable,
    options: PutOptions,
  ): Promise<{ readonly sizeBytes: number; readonly sha256: string }>
  /**
   * The bytes of the object, or of a part of it. `sizeBytes` is the size of the whole object in both cases. The stream
   * must be read to its end or destroyed. Throws `ObjectMissing`, and `RangeOutsideObject` when no byte is in range.
   */
  get(key: string, range?: ByteRange): Promise<{ readonly stream: Readable; readonly sizeBytes: number }>
  /** Throws `ObjectMissing`. */
  stat(key: string): Promise<{ readonly sizeBytes: number; readonly modifiedAt: Date }>
  /** Does nothing when the object is not there. */
  delete(key: string): Promise<void>
  /**
   * An address under which anyone can download the object until it expires. Absent where the storage cannot be reached
   * from outside: the bytes must then be served by the caller.
   */
  temporaryUrl?(key: string, options: TemporaryUrlOptions): Promise<string>
  /** Every object, in no particular order, for finding those that nothing refers to any more. */
  list(): AsyncIterable<{ readonly key: string; readonly modifiedAt: Date }>
  /** Resolves when objects can be read and written right now; throws `StorageFull` or `StorageUnavailable`. */
  check(): Promise<void>
}

export class ObjectMissing extends Error {
  override readonly name = 'ObjectMissing'
  readonly key: string
  constructor(key: string, cause?: unknown) {
    super(`No object has the key ${key}`, { cause })
    this.key = key
  }
}

export class ObjectTooLarge extends Error {
  override readonly name = 'ObjectTooLarge'
  readonly maxBytes: number
  constructor(maxBytes: number) {
    super(`The object is larger than ${maxBytes} bytes`)
    this.maxBytes = maxBytes
  }
}

export class RangeOutsideObject extends Error {
  override readonly name = 'RangeOutsideObject'
  /** Of the whole object, for `Content-Range: bytes * / size`. */
  readonly sizeBytes: number
  constructor(sizeBytes: number) {
    super(`The range begins after the object's ${sizeBytes} bytes`)
    this.sizeBytes = sizeBytes
  }
}

/** No room left, or less than is kept in reserve. */
export class StorageFull extends Error {
  override readonly name = 'StorageFull'
}

/** The storage does not answer, or not as it should; it may later. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
}

const keyPattern = /^(?:[a-z0-9_-][a-z0-9_.-]*)(?:\/[a-z0-9_-][a-z0-9_.-]*)*$/
const maxKeyLength = 200

export function isKey(text: string): boolean {
  return text.length <= maxKeyLength && keyPattern.test(text)
}

/** Throws unless every part begins with something other than a dot: `.`, `..` and hidden names cannot occur. */
export function assertKey(key: string): void {
  if (!isKey(key)) throw new TypeError(`Not a storage key: ${JSON.stringify(key.slice(0, 2 * maxKeyLength))}`)
}

export function assertRange({ start, end = start }: ByteRange): void {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw new TypeError(`Not a range of bytes: ${start}-${end}`)
  }
}
