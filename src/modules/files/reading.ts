import type { Principal } from '#modules/auth/index.ts'
import type { Viewer } from '#modules/courses/index.ts'
import { readTimeCursor, toPage } from '#platform/http/pagination.ts'
import { readableFile } from './access.ts'
import type { FileDeps } from './deps.ts'
import { type FileRow, selectFilesOf } from './queries.ts'
import type { MyFilesQuery } from './schemas.ts'
import { toFile } from './to-file.ts'

export function createReading(deps: FileDeps) {
  /** The file as far as `viewer` may know of it. */
  function readFile(viewer: Viewer, fileId: string): Promise<FileRow> {
    return readableFile(deps, viewer, fileId)
  }

  /** What a person uploaded, the newest first. */
  async function listOwnFiles({ userId }: Principal, { limit, cursor }: MyFilesQuery) {
    const rows = await selectFilesOf(deps.db, userId, { after: readTimeCursor(cursor), limit })
    return toPage(rows, limit, toFile, (row) => [row.created_at, row.id])
  }

  return { readFile, listOwnFiles }
}
