import type { Kysely } from 'kysely'
import type { Database } from '../../database.ts'
import { lockFiles, makeConfidential } from './queries.ts'

export interface HandedOver {
  /** Who hands the files over; they must be his own, or files of the course. */
  readonly userId: string
  readonly courseId: string
  readonly fileIds: readonly string[]
}

/**
 * Binds files to work in a course, in the caller's transaction: those that belonged to their owner alone become the
 * course's, readable for its staff and whom a `FileUse` admits, and no longer count against the owner's quota. Returns
 * those that he may not hand over; then nothing was changed.
 */
export async function handOverFiles(
  tx: Kysely<Database>,
  { userId, courseId, fileIds }: HandedOver,
): Promise<string[]> {
  if (fileIds.length === 0) return []
  const files = new Map((await lockFiles(tx, fileIds)).map((file) => [file.id, file]))
  const refused = fileIds.filter((id) => {
    const file = files.get(id)
    return file?.owner_id !== userId || (file.course_id !== null && file.course_id !== courseId)
  })
  if (refused.length === 0) await makeConfidential(tx, fileIds, courseId)
  return refused
}
