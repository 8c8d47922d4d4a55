import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MeasuringStream } from './measuring-stream.ts'
import {
  assertKey,
  assertRange,
  type ByteRange,
  isKey,
  ObjectMissing,
  ObjectTooLarge,
  type PutOptions,
  RangeOutsideObject,
  type Storage,
  StorageFull,
  StorageUnavailable,
} from './storage.ts'

export interface DiskStorageOptions {
  /** Created when missing. All of it must lie on one file system. */
  readonly directory: string
  /** Free bytes that uploads leave to the others on the disk, such as the database. Default: none. */
  readonly reserveBytes?: number
  readonly now?: () => Date
}

const leftoverAfterMs = 24 * 60 * 60 * 1000

/**
 * Keeps objects as files: `objects/<shard>/<key>`, written under `incoming/` first, synced and then renamed, so that a
 * crash at any moment leaves either the whole object or none. Opening removes what uploads of more than a day ago left
 * behind; several processes may have the same directory open.
 */
export async function openDiskStorage(options: DiskStorageOptions): Promise<Storage> {
  const { directory, reserveBytes = 0, now = () => new Date() } = options
  const objects = join(directory, 'objects')
  const incoming = join(directory, 'incoming')
  await translateErrors(async () => {
    await mkdir(objects, { recursive: true, mode: 0o700 })
    await mkdir(incoming, { recursive: true, mode: 0o700 })
    await removeLeftovers(incoming, now().getTime() - leftoverAfterMs)
  })

  async function put(key: string, source: Readable, { maxBytes, signal }: PutOptions) {
    // A source that fails before the pipeline listens would otherwise end the process.
    source.on('error', () => {})
    const temporary = join(incoming, randomUUID())
    try {
      assertKey(key)
      const room = (await freeBytes(directory)) - reserveBytes
      if (room <= 0) throw new StorageFull('The disk is as full as it may get')
      const measured = new MeasuringStream(Math.min(maxBytes, room), () =>
        maxBytes <= room ? new ObjectTooLarge(maxBytes) : new StorageFull('The disk has no room for the object'),
      )
      // Opened before anything flows: a file that is still being created could not be removed.
      const file = await open(temporary, 'wx', 0o600)
      await pipeline(source, measured, file.createWriteStream({ flush: true }), { signal })
      await moveIntoPlace(temporary, objects, key)
      return { sizeBytes: measured.sizeBytes, sha256: measured.sha256() }
    } catch (error) {
      source.destroy()
      await rm(temporary, { force: true })
      signal?.throwIfAborted()
      throw error
    }
  }

  /** Where the whole directory is gone, a disk that is not mounted say, no object may be called missing. */
  async function find<T>(key: string, work: (path: string) => Promise<T>): Promise<T> {
    const path = pathOf(objects, key)
    try {
      return await work(path)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
      await stat(objects)
      throw new ObjectMissing(key, error)
    }
  }

  return {
    put: (key, source, putOptions) => translateErrors(() => put(key, source, putOptions)),
    get: (key, range) => translateErrors(() => find(key, (path) => openObject(path, range))),
    stat: (key) =>
      translateErrors(async () => {
        const { size, mtime } = await find(key, (path) => stat(path))
        return { sizeBytes: size, modifiedAt: mtime }
      }),
    delete: (key) =>
      translateErrors(() =>
        find(key, (path) => rm(path)).catch((error) => {
          if (!(error instanceof ObjectMissing)) throw error
        }),
      ),
    list: () => listObjects(objects),
    check: () => translateErrors(() => checkWritable(directory, incoming, reserveBytes)),
  }
}

// Keys often begin alike (a date, a UUIDv7), their hashes do not.
function shardOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 2)
}

// No key holds a `~`. As a path of its own, `a/b` could not be kept beside `a`.
function pathOf(objects: string, key: string): string {
  assertKey(key)
  return join(objects, shardOf(key), key.replaceAll('/', '~'))
}

async function moveIntoPlace(temporary: string, objects: string, key: string): Promise<void> {
  const shard = join(objects, shardOf(key))
  try {
    await mkdir(shard, { mode: 0o700 })
    await syncDirectory(objects)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  await rename(temporary, pathOf(objects, key))
  await syncDirectory(shard)
}

/** Without it a rename may be lost when the power fails, although the file's content is safe. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function openObject(path: string, range: ByteRange | undefined) {
  if (range) assertRange(range)
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    if (range && range.start >= size) throw new RangeOutsideObject(size)
    // Bounded by the size even without a range: a stream that asks for more would read once more at the end.
    const stream = handle.createReadStream({
      ...range,
      ...(range?.end === undefined && { end: Math.max(0, size - 1) }),
    })
    return { stream, sizeBytes: size }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function* listObjects(objects: string): AsyncGenerator<{ key: string; modifiedAt: Date }> {
  for (const shard of await translateErrors(() => readdir(objects))) {
    if (!/^[0-9a-f]{2}$/.test(shard)) continue
    for (const name of await translateErrors(() => readdir(join(objects, shard)))) {
      const key = name.replaceAll('~', '/')
      const found = await stat(join(objects, shard, name)).catch(() => undefined)
      // Not found: deleted since the directory was read. Not a key: something that others put there.
      if (found && isKey(key)) yield { key, modifiedAt: found.mtime }
    }
  }
}

async function removeLeftovers(incoming: string, before: number): Promise<void> {
  for (const name of await readdir(incoming)) {
    const found = await stat(join(incoming, name)).catch(() => undefined)
    if (found && found.mtimeMs < before) await rm(join(incoming, name), { force: true })
  }
}

async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

async function checkWritable(directory: string, incoming: string, reserveBytes: number): Promise<void> {
  if ((await freeBytes(directory)) <= reserveBytes) throw new StorageFull('The disk is as full as it may get')
  const probe = join(incoming, randomUUID())
  try {
    await writeFile(probe, 'probe', { flag: 'wx', mode: 0o600 })
  } finally {
    await rm(probe, { force: true })
  }
}

/** Errors of the file system become the port's; all others, such as those of the source, pass as they are. */
async function translateErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new StorageFull('The disk is full', { cause: error })
    if (error instanceof Error && ('path' in error || code === 'EIO' || code === 'EROFS')) {
      throw new StorageUnavailable(`The disk cannot be used: ${error.message}`, { cause: error })
    }
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
