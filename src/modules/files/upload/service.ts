import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { courseNotFound, requireCourseRight } from '#modules/courses/index.ts'
import { isForeignKeyViolation } from '#platform/database/constraint.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { bodyTooLarge, invalidRequest } from '#platform/http/problems.ts'
import { Problem } from '#platform/problem/problem.ts'
import { ObjectTooLarge } from '#platform/storage/storage.ts'
import type { FileDeps } from '../deps.ts'
import { DECIDING_BYTES, detectMediaType } from '../media/detect.ts'
import { mediaTypes, servedType } from '../media/media-types.ts'
import { quotaExceeded, typeRefused } from '../problems.ts'
import { type FileRow, insertFile, sumPersonalBytes } from '../queries.ts'
import { KEY_PREFIX } from '../storage-keys.ts'
import { orStorageProblem } from '../storage-problems.ts'
import { fileNameOf } from './file-name.ts'
import { type Peeked, peek } from './first-bytes.ts'
import type { UploadStart } from './form.ts'

export function createUploads({ db, storage, limits, now, newId }: FileDeps) {
  /**
   * Stores the file of a form. The object comes first and the row when it is whole: what is cut off, by whomever and
   * whenever, leaves no row; an object that it may leave is found by `collectOrphans`.
   */
  async function storeUpload(by: Principal, upload: UploadStart, actor: Actor): Promise<FileRow> {
    const { courseId } = upload
    if (courseId !== undefined) await requireCourseRight(db, by, courseId, 'edit')
    const roomBytes = courseId === undefined ? await roomOf(by.userId) : Number.POSITIVE_INFINITY
    const peeked = await peek(upload.content, DECIDING_BYTES)
    const mediaType = await requireMediaType(peeked)
    const id = newId()
    const key = `${KEY_PREFIX}${id}`
    const { sizeBytes, sha256 } = await putContent(key, peeked, servedType(mediaType), roomBytes)
    const row: FileRow = {
      id,
      owner_id: by.userId,
      course_id: courseId ?? null,
      is_confidential: false,
      name: fileNameOf(upload.name, mediaType),
      media_type: mediaType,
      size_bytes: sizeBytes,
      sha256,
      storage_key: key,
      created_at: now().toISOString(),
      deleted_at: null,
    }
    try {
      await upload.finish()
      return await insertWithRecord(row, actor)
    } catch (error) {
      // After any other error the row may be there all the same: its commit was sent, and not answered.
      if (error instanceof Problem) await storage.delete(key).catch(() => {})
      throw error
    }
  }

  /** Bytes that the account may still store without a course. */
  async function roomOf(userId: string): Promise<number> {
    if (limits.quotaBytes === 0) return Number.POSITIVE_INFINITY
    const room = limits.quotaBytes - (await sumPersonalBytes(db, userId))
    if (room <= 0) throw quotaExceeded({ quotaBytes: limits.quotaBytes })
    return room
  }

  async function putContent(key: string, { content }: Peeked, contentType: string, roomBytes: number) {
    const maxBytes = Math.min(limits.fileBytes, roomBytes)
    try {
      return await orStorageProblem(() => storage.put(key, content, { maxBytes, contentType }))
    } catch (error) {
      if (!(error instanceof ObjectTooLarge)) throw error
      if (roomBytes < limits.fileBytes) throw quotaExceeded({ quotaBytes: limits.quotaBytes }, error)
      throw bodyTooLarge({ maxBytes: limits.fileBytes }, error)
    }
  }

  async function insertWithRecord(row: FileRow, actor: Actor): Promise<FileRow> {
    const details = { courseId: row.course_id, mediaType: row.media_type, sizeBytes: row.size_bytes }
    const entry = { action: 'file.uploaded', subjectType: 'file', subjectId: row.id, details } as const
    try {
      return await inTransaction(db, async (tx) => {
        await recordAudit(tx, actor, entry, now())
        return insertFile(tx, row)
      })
    } catch (error) {
      // The course was deleted while the file was on its way.
      if (isForeignKeyViolation(error)) throw courseNotFound({ course: row.course_id ?? '' }, error)
      throw error
    }
  }

  return { storeUpload }
}

async function requireMediaType({ firstBytes, isWhole }: Peeked): Promise<string> {
  if (firstBytes.length === 0) throw invalidRequest({ errors: [{ pointer: '/body/file', message: 'is empty' }] })
  const { found, accepted } = await detectMediaType(firstBytes, isWhole)
  if (accepted === undefined) throw typeRefused({ found, accepted: Object.keys(mediaTypes) })
  return accepted
}
