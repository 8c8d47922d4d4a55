import { mediaTypeOf } from './media/media-types.ts'
import type { FileRow } from './queries.ts'
import type { File } from './schemas.ts'

export function toFile(row: FileRow): File {
  return {
    id: row.id,
    name: row.name,
    mediaType: row.media_type,
    kind: mediaTypeOf(row.media_type).kind,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    courseId: row.course_id,
    ownerId: row.owner_id,
    createdAt: row.created_at,
  }
}
