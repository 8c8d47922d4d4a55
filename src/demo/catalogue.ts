import type { Insertable } from 'kysely'
import { type CoursesDatabase, searchWordsOf, sortTitleOf } from '#modules/courses/index.ts'
import { DAY_MS, iso, MINUTE_MS, officeHours, startOfDay } from './calendar.ts'
import type { CoursePlan, LessonPlan } from './content/lesson-plan.ts'
import { auditEvent } from './logins.ts'
import type { Account } from './people.ts'
import type { Random } from './random.ts'
import type { DemoRows } from './rows.ts'
import { storeFile } from './stored-file.ts'

export interface DemoLesson {
  readonly row: Insertable<CoursesDatabase['lesson']>
  /** What a student usually spends on it. */
  readonly minutes: number
  readonly requires: DemoLesson | undefined
}

export interface DemoCourse {
  readonly row: Insertable<CoursesDatabase['course']>
  readonly plan: CoursePlan
  readonly owner: Account
  readonly publishedAt: number
  /** Nobody enrolls from then on. */
  readonly archivedAt: number
  /** Published lessons in their order. */
  readonly lessons: readonly DemoLesson[]
  readonly prerequisite: DemoCourse | undefined
}

interface Author {
  readonly random: Random
  readonly now: number
  readonly historyDays: number
  readonly rows: DemoRows
}

const ARCHIVED_DAYS_AGO = 20

/** The courses of `plans`, written by the instructors in turn before the history begins; those of others come first. */
export function createCatalogue(author: Author, plans: readonly CoursePlan[], instructors: readonly Account[]) {
  const courses: DemoCourse[] = []
  for (const [index, plan] of plans.entries()) {
    const owner = instructors[index % instructors.length]
    if (!owner) throw new Error('A catalogue needs at least one instructor.')
    const prerequisite = courses.find((course) => course.plan.slug === plan.prerequisite)
    courses.push(createCourse(author, plan, index, owner, prerequisite))
    addColleague(author, courses.at(-1), instructors[(index + 1) % instructors.length], index)
  }
  return courses
}

function createCourse(
  author: Author,
  plan: CoursePlan,
  index: number,
  owner: Account,
  prerequisite: DemoCourse | undefined,
): DemoCourse {
  const { random, rows, now, historyDays } = author
  const createdAt = officeHours(random, startOfDay(now) - (historyDays + 20 - index) * DAY_MS)
  const publishedAt = createdAt + 5 * DAY_MS
  const archivedAt = now - ARCHIVED_DAYS_AGO * DAY_MS
  const row = courseRow(random, plan, { createdAt, publishedAt, archivedAt })
  rows.course.push(row)
  rows.course_search.push({ course_id: row.id, words: searchWordsOf(row) })
  rows.course_staff.push({ course_id: row.id, user_id: owner.id, staff_role: 'owner', added_at: iso(createdAt) })
  if (prerequisite) {
    rows.course_prerequisite.push({ course_id: row.id, required_course_id: prerequisite.row.id })
  }
  const subject = { actor_id: owner.id, subject_type: 'course', subject_id: row.id, network: '198.51.100.7' }
  rows.audit_event.push(
    auditEvent(random, createdAt, { ...subject, action: 'course.created' }, { slug: plan.slug }),
    ...(row.published_at ? [auditEvent(random, publishedAt, { ...subject, action: 'course.published' })] : []),
    ...(row.archived_at ? [auditEvent(random, archivedAt, { ...subject, action: 'course.archived' })] : []),
  )
  return {
    row,
    plan,
    owner,
    publishedAt: plan.status === 'draft' ? Infinity : publishedAt,
    archivedAt: plan.status === 'archived' ? archivedAt : Infinity,
    lessons: createLessons(author, plan, { id: row.id, owner }, createdAt),
    prerequisite,
  }
}

function courseRow(
  random: Random,
  plan: CoursePlan,
  times: { createdAt: number; publishedAt: number; archivedAt: number },
): DemoCourse['row'] {
  const isArchived = plan.status === 'archived'
  const changedAt = { draft: times.createdAt, published: times.publishedAt, archived: times.archivedAt }[plan.status]
  return {
    id: random.id(new Date(times.createdAt)),
    slug: plan.slug,
    title: plan.title,
    sort_title: sortTitleOf(plan.title),
    summary: plan.summary,
    description: plan.description,
    category: plan.category,
    difficulty: plan.difficulty,
    status: plan.status,
    capacity: plan.capacity ?? null,
    self_enrollment: !plan.byStaffOnly,
    enrollment_days: plan.enrollmentDays ?? null,
    created_at: iso(times.createdAt),
    updated_at: iso(changedAt),
    published_at: plan.status === 'draft' ? null : iso(times.publishedAt),
    archived_at: isArchived ? iso(times.archivedAt) : null,
    version: { draft: 1, published: 2, archived: 3 }[plan.status],
  }
}

function createLessons(
  { random, rows, now }: Author,
  plan: CoursePlan,
  course: { id: string; owner: Account },
  createdAt: number,
) {
  const lessons: DemoLesson[] = []
  let at = createdAt
  for (const [modulePosition, module] of plan.modules.entries()) {
    at += 10 * MINUTE_MS
    const moduleId = random.id(new Date(at))
    rows.course_module.push({
      id: moduleId,
      course_id: course.id,
      title: module.title,
      position: modulePosition,
      created_at: iso(at),
      updated_at: iso(at),
      version: 1,
    })
    for (const [position, lesson] of module.lessons.entries()) {
      at += 10 * MINUTE_MS
      const content = lesson.file ? storeFile(random, lesson.file, course, at - MINUTE_MS, rows) : lesson.content
      const row = lessonRow(random, { ...lesson, content }, { courseId: course.id, moduleId, position, at, now })
      rows.lesson.push(row)
      const requires = lessons.find((earlier) => earlier.row.title === lesson.wishes.after)
      if (requires) rows.lesson_prerequisite.push({ lesson_id: row.id, required_lesson_id: requires.row.id })
      if (row.status === 'published') lessons.push({ row, minutes: lesson.minutes, requires })
    }
  }
  return lessons
}

function lessonRow(
  random: Random,
  { title, type, content, completionRule, completionSeconds, wishes }: LessonPlan,
  place: { courseId: string; moduleId: string; position: number; at: number; now: number },
): DemoLesson['row'] {
  const { releaseInDays } = wishes
  return {
    id: random.id(new Date(place.at)),
    course_id: place.courseId,
    module_id: place.moduleId,
    title,
    type,
    position: place.position,
    status: wishes.status ?? 'published',
    is_preview: wishes.isPreview ?? false,
    is_required: !wishes.isOptional,
    content: JSON.stringify(content),
    completion_rule: completionRule,
    completion_seconds: completionSeconds,
    release_at: releaseInDays === undefined ? null : iso(startOfDay(place.now) + releaseInDays * DAY_MS),
    release_after_days: wishes.releaseAfterDays ?? null,
    created_at: iso(place.at),
    updated_at: iso(place.at),
    version: 1,
  }
}

/** Every second course has somebody beside its owner. */
function addColleague({ rows }: Author, course: DemoCourse | undefined, colleague: Account | undefined, index: number) {
  if (!course || !colleague || index % 2 === 1 || colleague.id === course.owner.id) return
  rows.course_staff.push({
    course_id: course.row.id,
    user_id: colleague.id,
    staff_role: index % 4 === 0 ? 'co-instructor' : 'teaching-assistant',
    added_at: course.row.created_at,
  })
}
