import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { lockCourse } from '#modules/courses/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { deletableFile } from './access.ts'
import type { FileDeps } from './deps.ts'
import { removeContent } from './jobs.ts'
import { fileInUse, fileNotFound } from './problems.ts'
import { lockFile, markDeleted, selectLessonsOfFile, selectPagesMentioning } from './queries.ts'

export function createDeletion(deps: FileDeps) {
  const { db, now } = deps

  /** Deletes a file that no lesson or submission uses, drafts and archived ones included; a job then removes its content. */
  async function deleteFile(by: Principal, fileId: string, actor: Actor): Promise<void> {
    const { course_id: courseId } = await deletableFile(deps, by, fileId)
    const at = now()
    await inTransaction(db, async (tx) => {
      // The lock that whoever adds a lesson takes, too: nobody can begin to use the file meanwhile.
      if (courseId !== null) await lockCourse(tx, courseId)
      const file = await lockFile(tx, fileId)
      if (!file) throw fileNotFound({ fileId })
      const lessons =
        file.course_id === null
          ? []
          : [
              ...(await selectLessonsOfFile(tx, file.course_id, fileId)),
              ...(await selectPagesMentioning(tx, file.course_id, fileId)),
            ]
      const lessonIds = lessons.map((lesson) => lesson.id)
      for (const use of deps.uses) lessonIds.push(...(await use.lessonsUsing(tx, fileId)))
      if (lessonIds.length > 0) throw fileInUse({ lessonIds })
      await markDeleted(tx, fileId, at)
      await enqueue(tx, removeContent, { fileId }, at)
      const entry = { action: 'file.deleted', subjectType: 'file', subjectId: fileId, details: { courseId } } as const
      await recordAudit(tx, actor, entry, at)
    })
  }

  return { deleteFile }
}
