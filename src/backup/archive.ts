import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import tar from 'tar-stream'

/** Why an archive cannot be read; the message is for an operator. */
export class ArchiveUnreadable extends Error {
  override readonly name = 'ArchiveUnreadable'
}

/** A new key: `AGE-SECRET-KEY-1…`, as the program `age` reads it, too. */
export const newBackupKey = (): Promise<string> => generateX25519Identity()

/** Everything below `directory` as one encrypted stream: a gzipped tar in the format of age-encryption.org/v1. */
export async function pack(directory: string, key: string): Promise<Readable> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(await identityToRecipient(key))
  const archive = tar.pack()
  const compressed = archive.pipe(createGzip({ level: 6 }))
  addAll(archive, directory).then(
    () => archive.finalize(),
    (error) => compressed.destroy(error),
  )
  return fromWeb(await encrypter.encrypt(toWeb(compressed)))
}

/** Puts everything of an archive below `directory`. Throws `ArchiveUnreadable` for a wrong key and for any damage. */
export async function unpack(source: Readable, directory: string, key: string): Promise<void> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(key)
  const entries = tar.extract()
  try {
    const decrypted = fromWeb(await decrypter.decrypt(toWeb(source)))
    await Promise.all([pipeline(decrypted, createGunzip(), entries), writeAll(entries, directory)])
  } catch (error) {
    throw new ArchiveUnreadable(
      `It cannot be read: ${(error as Error).message}. Either it is damaged or cut off, or BACKUP_KEY is not its key.`,
      { cause: error },
    )
  }
}

async function writeAll(entries: tar.Extract, directory: string): Promise<void> {
  for await (const entry of entries) {
    const target = join(directory, entry.header.name)
    if (!target.startsWith(`${directory}/`)) throw new Error(`${entry.header.name} lies outside`)
    await mkdir(dirname(target), { recursive: true })
    await pipeline(entry, createWriteStream(target, { mode: 0o600 }))
  }
}

async function addAll(archive: tar.Pack, directory: string): Promise<void> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true })
  for (const file of files.filter((one) => one.isFile())) {
    const path = join(file.parentPath, file.name)
    const { size } = await stat(path)
    const entry = archive.entry({ name: relative(directory, path), size, mode: 0o600 })
    await pipeline(createReadStream(path), entry)
  }
}

const toWeb = (stream: Readable): ReadableStream<Uint8Array> => Readable.toWeb(stream) as ReadableStream<Uint8Array>
const fromWeb = (stream: ReadableStream<Uint8Array>): Readable => Readable.fromWeb(stream as never)
