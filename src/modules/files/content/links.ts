import type { FileDeps } from '../deps.ts'
import { servedType } from '../media/media-types.ts'
import { linkNotValid } from '../problems.ts'
import { type FileRow, selectFile } from '../queries.ts'
import type { DownloadLink } from '../schemas.ts'
import { orStorageProblem } from '../storage-problems.ts'
import { createLinkTokens } from './link-token.ts'

const LINK_SECONDS = 15 * 60

export function createLinks({ db, storage, secretKey, now }: FileDeps) {
  const tokens = createLinkTokens(secretKey)

  /**
   * An address that opens the file to anybody for a quarter of an hour: the storage's own, or `addressOf` a token of
   * ours where the storage is not reachable from outside.
   */
  async function makeLink(file: FileRow, addressOf: (token: string) => string): Promise<DownloadLink> {
    const expiresAt = new Date(now().getTime() + LINK_SECONDS * 1000)
    const url = (await storageUrl(file)) ?? addressOf(tokens.issue(file.id, expiresAt))
    return { url, expiresAt: expiresAt.toISOString() }
  }

  async function storageUrl(file: FileRow): Promise<string | undefined> {
    return orStorageProblem(async () =>
      storage.temporaryUrl?.(file.storage_key, {
        expiresSeconds: LINK_SECONDS,
        fileName: file.name,
        contentType: servedType(file.media_type),
      }),
    )
  }

  /** The file that a token of ours opens. */
  async function linkedFile(token: string): Promise<FileRow> {
    const fileId = tokens.read(token, now())
    const file = fileId === undefined ? undefined : await selectFile(db, fileId)
    if (!file) throw linkNotValid()
    return file
  }

  return { makeLink, linkedFile }
}
