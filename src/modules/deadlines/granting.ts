import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { shareCourse } from '#modules/courses/index.ts'
import { lockEnrollmentsOf } from '#modules/enrollments/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { parseDecimal } from '#platform/decimal/decimal.ts'
import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import type { Database } from '../../database.ts'
import type { DeadlinesDeps } from './deps.ts'
import { momentFault } from './moment.ts'
import { accommodationNotFound, studentNotInCourse } from './problems.ts'
import {
  type AccommodationRow,
  type AccommodationTarget,
  deleteAccommodation,
  insertAccommodation,
  type NamedAccommodation,
  selectAccommodation,
  updateAccommodation,
} from './queries.ts'
import type { AccommodationBody, AccommodationView } from './schemas.ts'
import { requireTarget, type Where } from './target.ts'
import { toView } from './to-view.ts'

export interface VersionedAccommodation {
  readonly version: number
  readonly body: AccommodationView
}

type Tx = Kysely<Database>
type VersionGuard = (version: number) => void

const FACTOR_MIN = parseDecimal('1')
const FACTOR_MAX = parseDecimal('10')

export function createGranting({ db, now, newId, items }: DeadlinesDeps) {
  /** What a student is granted in a course, or for one item, from now on; replaces what was granted there before. */
  async function setAccommodation(
    caller: Principal,
    where: Where,
    input: AccommodationBody,
    guard: VersionGuard,
    actor: Actor,
  ): Promise<VersionedAccommodation & { readonly isNew: boolean }> {
    const values = valuesOf(input)
    const at = now()
    return inTransaction(db, async (tx) => {
      const target = await lockTarget(tx, caller, where)
      const before = await selectAccommodation(tx, target)
      if (before) guard(before.version)
      const stamp = { updated_at: at.toISOString(), updated_by: caller.userId }
      const { courseId, userId, lessonId } = target
      const owner = { id: newId(), course_id: courseId, user_id: userId, lesson_id: lessonId }
      if (before) await updateAccommodation(tx, before.id, { ...values, ...stamp })
      else await insertAccommodation(tx, { ...owner, ...values, ...stamp, created_at: at.toISOString() })
      const after = await selectAccommodation(tx, target)
      if (!after) throw accommodationNotFound()
      await recordChange(tx, actor, target, before, after, at)
      return { version: after.version, body: toView(after), isNew: before === undefined }
    })
  }

  async function removeAccommodation(
    caller: Principal,
    where: Where,
    guard: VersionGuard,
    actor: Actor,
  ): Promise<void> {
    const at = now()
    await inTransaction(db, async (tx) => {
      const target = await lockTarget(tx, caller, where)
      const before = await selectAccommodation(tx, target)
      if (!before) throw accommodationNotFound()
      guard(before.version)
      await deleteAccommodation(tx, before.id)
      await recordChange(tx, actor, target, before, undefined, at)
    })
  }

  /** Holds the student's enrollment, so that his accommodations and what depends on them change one after the other. */
  async function lockTarget(tx: Tx, caller: Principal, where: Where): Promise<AccommodationTarget> {
    const { course, lessonId } = await requireTarget(tx, caller, where, 'manage-roster')
    await shareCourse(tx, course.id)
    const [enrollment] = await lockEnrollmentsOf(tx, course.id, [where.userId])
    if (!enrollment) throw studentNotInCourse({ userId: where.userId })
    return { courseId: course.id, userId: where.userId, lessonId }
  }

  async function recordChange(
    tx: Tx,
    actor: Actor,
    target: AccommodationTarget,
    before: NamedAccommodation | undefined,
    after: NamedAccommodation | undefined,
    at: Date,
  ): Promise<void> {
    const details = { ...target, before: before && grantedBy(before), after: after && grantedBy(after) }
    const action = after ? 'accommodation.set' : 'accommodation.removed'
    const subject = { subjectType: 'accommodation', subjectId: (after ?? before)?.id ?? null }
    await recordAudit(tx, actor, { action, ...subject, details }, at)
    for (const one of items) await one.accommodationsChanged?.(tx, target, at)
  }

  return { setAccommodation, removeAccommodation }
}

function valuesOf(input: AccommodationBody) {
  const errors: FieldError[] = []
  const timeFactor = input.timeFactor == null ? null : parseDecimal(input.timeFactor)
  if (timeFactor !== null && (timeFactor < FACTOR_MIN || timeFactor > FACTOR_MAX)) {
    errors.push({ pointer: '/body/timeFactor', message: 'must be from 1 to 10' })
  }
  for (const field of ['opens', 'due', 'closes'] as const) {
    const message = input[field] == null ? undefined : momentFault(input[field])
    if (message) errors.push({ pointer: `/body/${field}`, message })
  }
  const { extraMinutes = 0, extraDays = 0, opens = null, due = null, closes = null } = input
  const hasNothing = timeFactor === null && extraMinutes + extraDays === 0 && !(opens ?? due ?? closes)
  if (hasNothing) errors.push({ pointer: '/body', message: 'must grant something; to take it away, DELETE it' })
  if (errors.length > 0) throw invalidRequest({ errors })
  const lengths = { time_factor: timeFactor, extra_minutes: extraMinutes, extra_days: extraDays }
  return { ...lengths, opens, due, closes, reason: input.reason.trim() }
}

function grantedBy({ time_factor, extra_minutes, extra_days, opens, due, closes, reason }: AccommodationRow) {
  return { time_factor, extra_minutes, extra_days, opens, due, closes, reason }
}
