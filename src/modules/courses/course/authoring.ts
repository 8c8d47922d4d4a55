import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { onConstraint } from '#platform/database/constraint.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import type { CourseDeps } from '../deps.ts'
import { slugTaken } from '../problems.ts'
import { sourceFault } from '../rich-text/source-limits.ts'
import { wordsOf } from '../search/words.ts'
import { insertStaff } from '../staff/queries.ts'
import { insertCourse } from './queries.ts'
import { type VersionedCourse, versionedCourse } from './reading.ts'
import type { CreateCourseBody } from './schemas.ts'
import { slugOf } from './slug.ts'

export function createAuthoring({ db, now, newId }: CourseDeps) {
  /** Creates a draft that its creator owns. */
  async function createCourse(by: Principal, input: CreateCourseBody, actor: Actor): Promise<VersionedCourse> {
    checkDescription(input.description)
    const at = now().toISOString()
    const id = newId()
    const slug = input.slug ?? slugOf(input.title, `course-${id.slice(-8)}`)
    return inTransaction(db, async (tx) => {
      const row = await onConstraint(
        insertCourse(tx, {
          id,
          slug,
          title: input.title.trim(),
          sort_title: wordsOf(input.title).join(' '),
          summary: input.summary?.trim() ?? '',
          description: input.description ?? '',
          category: input.category ?? 'general',
          difficulty: input.difficulty ?? 'beginner',
          status: 'draft',
          capacity: input.capacity ?? null,
          self_enrollment: input.selfEnrollment ?? true,
          enrollment_days: input.enrollmentDays ?? null,
          created_at: at,
          updated_at: at,
          published_at: null,
          archived_at: null,
        }),
        'course_slug_key',
        (cause) => slugTaken({ slug }, cause),
      )
      await insertStaff(tx, { course_id: id, user_id: by.userId, staff_role: 'owner', added_at: at })
      await recordAudit(
        tx,
        actor,
        { action: 'course.created', subjectType: 'course', subjectId: id, details: { slug } },
        now(),
      )
      return versionedCourse(tx, row)
    })
  }

  return { createCourse }
}

function checkDescription(description: string | undefined): void {
  const message = description === undefined ? undefined : sourceFault(description)
  if (message) throw invalidRequest({ errors: [{ pointer: '/body/description', message }] })
}
