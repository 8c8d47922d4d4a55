import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { onConstraint } from '#platform/database/constraint.ts'
import { lockTable } from '#platform/database/dialect.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { CourseDeps } from '../deps.ts'
import { slugTaken } from '../problems.ts'
import { upsertSearchWords } from '../search/queries.ts'
import { sortTitleOf } from '../search/words.ts'
import { insertStaff } from '../staff/queries.ts'
import { checkDescription } from './description.ts'
import { replacePrerequisites } from './prerequisites.ts'
import { insertCourse } from './queries.ts'
import { type VersionedCourse, versionedCourse } from './reading.ts'
import type { CreateCourseBody } from './schemas.ts'
import { slugOf } from './slug.ts'

export function createCourseCreation(deps: CourseDeps) {
  const { db, now, newId, countChange } = deps

  /** Creates a draft that its creator owns. */
  async function createCourse(by: Principal, input: CreateCourseBody, actor: Actor): Promise<VersionedCourse> {
    checkDescription(input.description)
    const at = now()
    const course = toRow(newId(), input, at)
    const { id, slug } = course
    const created = await inTransaction(db, async (tx) => {
      if (input.prerequisiteIds?.length) await lockTable(tx, 'course_prerequisite')
      const row = await onConstraint(insertCourse(tx, course), 'course_slug_key', (cause) => slugTaken({ slug }, cause))
      await insertStaff(tx, { course_id: id, user_id: by.userId, staff_role: 'owner', added_at: row.created_at })
      if (input.prerequisiteIds?.length) await replacePrerequisites(tx, by, id, input.prerequisiteIds)
      await upsertSearchWords(tx, row)
      await recordAudit(
        tx,
        actor,
        { action: 'course.created', subjectType: 'course', subjectId: id, details: { slug } },
        at,
      )
      return versionedCourse(tx, deps, row)
    })
    countChange({ change: 'created' })
    return created
  }

  return { createCourse }
}

function toRow(id: string, input: CreateCourseBody, at: Date) {
  const title = input.title.trim()
  return {
    id,
    slug: input.slug ?? slugOf(title, `course-${id.slice(-8)}`),
    title,
    sort_title: sortTitleOf(title),
    summary: input.summary?.trim() ?? '',
    description: input.description ?? '',
    category: input.category ?? 'general',
    difficulty: input.difficulty ?? 'beginner',
    status: 'draft' as const,
    capacity: input.capacity ?? null,
    self_enrollment: input.selfEnrollment ?? true,
    enrollment_days: input.enrollmentDays ?? null,
    created_at: at.toISOString(),
    updated_at: at.toISOString(),
    published_at: null,
    archived_at: null,
  }
}
