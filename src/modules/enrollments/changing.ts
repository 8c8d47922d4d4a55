import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { lockCourse } from '#modules/courses/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import { counter } from '#platform/metrics/metrics.ts'
import { requireEnrollment } from './access.ts'
import { asOf, type EnrollmentRow, isOverdue } from './as-of.ts'
import type { EnrollmentsDeps } from './deps.ts'
import { expireInBatches, recordExpiry } from './expiry.ts'
import { enrollmentsEndedTotal } from './metrics.ts'
import { courseFull, enrollmentNotActive } from './problems.ts'
import {
  countActiveEnrollments,
  insertEnrollmentEvents,
  lockEnrollment,
  selectEnrollment,
  updateEnrollments,
} from './queries.ts'

export function createChanging({ db, metrics, now, newId }: EnrollmentsDeps) {
  const countEnded = counter(metrics, enrollmentsEndedTotal)

  /** Ends an active enrollment; by its student, or by staff. Its progress and history are kept. */
  async function withdraw(caller: Principal, enrollmentId: string, actor: Actor): Promise<EnrollmentRow> {
    const at = now()
    const row = await inTransaction(db, async (tx) => {
      const locked = await lockEnrollment(tx, enrollmentId)
      const rule = { owner: true, staff: 'manage-roster' } as const
      const present = asOf(await requireEnrollment(tx, caller, enrollmentId, locked, rule), at)
      if (present.status !== 'active') throw enrollmentNotActive({ status: present.status })
      const [ended] = await updateEnrollments(tx, [enrollmentId], { status: 'withdrawn', ended_at: at.toISOString() })
      if (!ended) throw new Error(`The locked enrollment ${enrollmentId} is gone.`)
      await insertEnrollmentEvents(tx, [eventOf(ended, 'withdrawn', caller, at)])
      if (ended.user_id !== caller.userId) await recordAudit(tx, actor, auditOf('enrollment.ended-by-staff', ended), at)
      return ended
    })
    countEnded({ reason: row.user_id === caller.userId ? 'left' : 'removed' })
    return row
  }

  /**
   * Staff set another end, or none. An enrollment that had expired is active again, if a seat is free. `checkVersion`
   * sees the version that is about to change.
   */
  async function changeEnd(
    caller: Principal,
    enrollmentId: string,
    wantedEnd: string | null,
    checkVersion: (version: number) => void,
    actor: Actor,
  ): Promise<EnrollmentRow> {
    const at = now()
    const expiresAt = wantedEnd === null ? null : futureTime(wantedEnd, at)
    return inTransaction(db, async (tx) => {
      const known = await selectEnrollment(tx, enrollmentId)
      // The course first, in the order everybody locks in: a seat may be needed.
      const course = known && (await lockCourse(tx, known.course_id))
      const locked = await lockEnrollment(tx, enrollmentId)
      const rule = { owner: false, staff: 'manage-roster' } as const
      const row = await requireEnrollment(tx, caller, enrollmentId, locked, rule)
      checkVersion(asOf(row, at).version)
      if (row.status === 'withdrawn') throw enrollmentNotActive({ status: 'withdrawn' })
      if (isOverdue(row, at)) await recordExpiry(tx, newId, [row])
      const capacity = course?.capacity ?? null
      const needsSeat = asOf(row, at).status === 'expired' && capacity !== null
      if (needsSeat && (await countActiveEnrollments(tx, row.course_id, at.toISOString())) >= capacity) {
        throw courseFull({ capacity })
      }
      const changes = { status: 'active', ended_at: null, expires_at: expiresAt } as const
      const [changed] = await updateEnrollments(tx, [enrollmentId], changes)
      if (!changed) throw new Error(`The locked enrollment ${enrollmentId} is gone.`)
      await insertEnrollmentEvents(tx, [eventOf(changed, 'extended', caller, at)])
      await recordAudit(tx, actor, { ...auditOf('enrollment.end-changed', changed), details: { expiresAt } }, at)
      return changed
    })
  }

  /** Ends every enrollment whose time has passed. */
  async function expireOverdue(signal: AbortSignal): Promise<void> {
    countEnded({ reason: 'expired' }, await expireInBatches({ db, newId }, now(), signal))
  }

  function eventOf(row: EnrollmentRow, event: 'withdrawn' | 'extended', caller: Principal, at: Date) {
    return {
      id: newId(),
      enrollment_id: row.id,
      event,
      occurred_at: at.toISOString(),
      actor_id: caller.userId,
      expires_at: row.expires_at,
    }
  }

  return { withdraw, changeEnd, expireOverdue }
}

function auditOf(action: 'enrollment.ended-by-staff' | 'enrollment.end-changed', row: EnrollmentRow) {
  const details = { courseId: row.course_id, userId: row.user_id }
  return { action, subjectType: 'enrollment', subjectId: row.id, details }
}

const LAST_END = '9999-01-01T00:00:00.000Z'

/** The time as the database keeps it; 400 unless it is ahead of `at`. */
function futureTime(text: string, at: Date): string {
  const time = new Date(text)
  const iso = Number.isNaN(time.getTime()) ? '' : time.toISOString()
  if (iso > at.toISOString() && iso < LAST_END) return iso
  throw invalidRequest({ errors: [{ pointer: '/body/expiresAt', message: 'must be a time in the future' }] })
}
