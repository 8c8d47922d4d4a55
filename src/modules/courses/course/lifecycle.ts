import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { Database } from '../../../database.ts'
import { lockCourseFor } from '../access/access.ts'
import type { CourseDeps } from '../deps.ts'
import { courseNotReady, wrongStatus } from '../problems.ts'
import { countPublishedLessons } from './queries.ts'
import { type VersionedCourse, versionedCourse } from './reading.ts'
import { writeCourse } from './writing.ts'

export function createLifecycle(deps: CourseDeps) {
  const { db, now, countChange } = deps

  /** Opens a draft or an archived course to students; 409 lists what it lacks. */
  async function publishCourse(by: Principal, courseId: string, actor: Actor): Promise<VersionedCourse> {
    const at = now()
    const published = await inTransaction(db, async (tx) => {
      const course = await lockCourseFor(tx, by, courseId, 'publish')
      if (course.status === 'published') {
        throw wrongStatus({ status: course.status, needs: 'a draft or an archived course' })
      }
      const missing = await missingForPublication(tx, courseId)
      if (missing.length > 0) throw courseNotReady({ missing })
      const row = await writeCourse(tx, deps, courseId, {
        status: 'published',
        // The catalogue sorts by the first time: a course that comes back is no news.
        published_at: course.published_at ?? at.toISOString(),
        archived_at: null,
      })
      await recordAudit(tx, actor, { action: 'course.published', subjectType: 'course', subjectId: courseId }, at)
      return versionedCourse(tx, deps, row)
    })
    countChange({ change: 'published' })
    return published
  }

  /** Takes a published course out of the catalogue; who is enrolled keeps reading it. */
  async function archiveCourse(by: Principal, courseId: string, actor: Actor): Promise<VersionedCourse> {
    const at = now()
    const archived = await inTransaction(db, async (tx) => {
      const course = await lockCourseFor(tx, by, courseId, 'archive')
      if (course.status !== 'published') throw wrongStatus({ status: course.status, needs: 'a published course' })
      const row = await writeCourse(tx, deps, courseId, {
        status: 'archived',
        archived_at: at.toISOString(),
      })
      await recordAudit(tx, actor, { action: 'course.archived', subjectType: 'course', subjectId: courseId }, at)
      return versionedCourse(tx, deps, row)
    })
    countChange({ change: 'archived' })
    return archived
  }

  return { publishCourse, archiveCourse }
}

/** What must be done before students may come, each as an order to the author. */
async function missingForPublication(tx: Kysely<Database>, courseId: string): Promise<string[]> {
  const missing: string[] = []
  if ((await countPublishedLessons(tx, courseId)) === 0) missing.push('publish at least one lesson')
  return missing
}
