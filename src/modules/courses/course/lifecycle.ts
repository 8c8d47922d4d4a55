import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { Database } from '../../../database.ts'
import { lockCourseFor } from '../access/access.ts'
import type { CourseDeps } from '../deps.ts'
import { courseNotReady, wrongStatus } from '../problems.ts'
import { countPublishedLessons, updateCourse } from './queries.ts'
import { type VersionedCourse, versionedCourse } from './reading.ts'

export function createLifecycle({ db, now }: CourseDeps) {
  /** Opens a draft or an archived course to students; 409 lists what it lacks. */
  async function publishCourse(by: Principal, courseId: string, actor: Actor): Promise<VersionedCourse> {
    const at = now()
    return inTransaction(db, async (tx) => {
      const course = await lockCourseFor(tx, by, courseId, 'publish')
      if (course.status === 'published') {
        throw wrongStatus({ status: course.status, needs: 'a draft or an archived course' })
      }
      const missing = await missingForPublication(tx, courseId)
      if (missing.length > 0) throw courseNotReady({ missing })
      const row = await updateCourse(tx, courseId, {
        status: 'published',
        // The catalogue sorts by the first time: a course that comes back is no news.
        published_at: course.published_at ?? at.toISOString(),
        archived_at: null,
        updated_at: at.toISOString(),
      })
      await recordAudit(tx, actor, { action: 'course.published', subjectType: 'course', subjectId: courseId }, at)
      return versionedCourse(tx, row)
    })
  }

  /** Takes a published course out of the catalogue; who is enrolled keeps reading it. */
  async function archiveCourse(by: Principal, courseId: string, actor: Actor): Promise<VersionedCourse> {
    const at = now()
    return inTransaction(db, async (tx) => {
      const course = await lockCourseFor(tx, by, courseId, 'archive')
      if (course.status !== 'published') throw wrongStatus({ status: course.status, needs: 'a published course' })
      const row = await updateCourse(tx, courseId, {
        status: 'archived',
        archived_at: at.toISOString(),
        updated_at: at.toISOString(),
      })
      await recordAudit(tx, actor, { action: 'course.archived', subjectType: 'course', subjectId: courseId }, at)
      return versionedCourse(tx, row)
    })
  }

  return { publishCourse, archiveCourse }
}

/** What must be done before students may come, each as an order to the author. */
async function missingForPublication(tx: Kysely<Database>, courseId: string): Promise<string[]> {
  const missing: string[] = []
  if ((await countPublishedLessons(tx, courseId)) === 0) missing.push('publish at least one lesson')
  return missing
}
