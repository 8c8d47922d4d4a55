import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'

export interface FileSystemFacts {
  /** The permission bits, such as 0o700. */
  readonly mode: number
  readonly isWritable: boolean
  /** For this account: what is reserved for root does not count. */
  readonly freeBytes: number
  readonly totalBytes: number
  readonly freeInodes: number
  /** 0 where the file system does not count them. */
  readonly totalInodes: number
}

/** About the file or directory at `path` and what it lies on. Rejects when it does not exist. */
export async function readFileSystem(path: string): Promise<FileSystemFacts> {
  const [{ mode }, disk] = await Promise.all([stat(path), statfs(path)])
  return {
    mode: mode & 0o777,
    isWritable: await access(path, constants.W_OK).then(
      () => true,
      () => false,
    ),
    freeBytes: disk.bavail * disk.bsize,
    totalBytes: disk.blocks * disk.bsize,
    freeInodes: disk.ffree,
    totalInodes: disk.files,
  }
}
