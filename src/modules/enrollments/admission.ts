import type { Kysely } from 'kysely'
import type { CourseRow } from '#modules/courses/index.ts'
import { enqueueAll } from '#platform/jobs/outbox.ts'
import type { Database } from '../../database.ts'
import { type EnrollmentRow, isOverdue } from './as-of.ts'
import { recordExpiry } from './expiry.ts'
import { sendWelcome } from './jobs.ts'
import {
  countActiveEnrollments,
  insertEnrollmentEvents,
  insertEnrollments,
  lockEnrollmentsOf,
  updateEnrollments,
} from './queries.ts'
import type { EnrollmentSource } from './schemas.ts'

type Tx = Kysely<Database>

/** What became of one person's wish for a seat. */
export type Admission =
  | { readonly outcome: 'enrolled' | 'returned' | 'already'; readonly row: EnrollmentRow }
  | { readonly outcome: 'full' }

export interface AdmissionRequest {
  /** Locked by the caller: nobody else takes seats meanwhile. */
  readonly course: CourseRow
  /** Each once. The earlier gets the last seat. */
  readonly userIds: readonly string[]
  readonly source: EnrollmentSource
  readonly actorId: string | null
  /** Whether a return begins a new term; else the end stays what it was. */
  readonly renews: boolean
  readonly at: Date
}

/** What enrollments need of progress, which knows enrollments: the composition root brings them together. */
export interface ProgressKeeper {
  /** Makes or refreshes the stored progress of enrollments that begin or come back. */
  keepProgress(tx: Tx, enrollmentIds: readonly string[], at: Date): Promise<void>
}

export interface AdmissionDeps {
  readonly progress: ProgressKeeper
  readonly newId: () => string
}

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Gives seats, in the order of `userIds`, to those who have none: new enrollments, and old ones active again with
 * their progress kept. Events, progress and the welcome are part of the transaction. The number of statements does not
 * grow with the number of people.
 */
export async function admit(
  tx: Tx,
  deps: AdmissionDeps,
  request: AdmissionRequest,
): Promise<ReadonlyMap<string, Admission>> {
  const { course, userIds, at } = request
  if (userIds.length === 0) return new Map()
  const known = new Map((await lockAsOf(tx, deps, request)).map((row) => [row.user_id, row]))
  let seats =
    course.capacity === null ? Infinity : course.capacity - (await countActiveEnrollments(tx, course.id, iso(at)))

  const admissions = new Map<string, Admission>()
  const comers: string[] = []
  for (const userId of userIds) {
    const row = known.get(userId)
    if (row?.status === 'active') admissions.set(userId, { outcome: 'already', row })
    else if (seats <= 0) admissions.set(userId, { outcome: 'full' })
    else {
      seats--
      comers.push(userId)
    }
  }
  const returning = comers.flatMap((userId) => known.get(userId) ?? [])
  const returned = await bringBack(tx, request, returning)
  const enrolled = await create(
    tx,
    deps,
    request,
    comers.filter((userId) => !known.has(userId)),
  )
  for (const row of returned) admissions.set(row.user_id, { outcome: 'returned', row })
  for (const row of enrolled) admissions.set(row.user_id, { outcome: 'enrolled', row })
  await follow(tx, deps, request, { enrolled, returned })
  return admissions
}

async function lockAsOf(tx: Tx, { newId }: AdmissionDeps, { course, userIds, at }: AdmissionRequest) {
  const rows = await lockEnrollmentsOf(tx, course.id, userIds)
  const expired = await recordExpiry(
    tx,
    newId,
    rows.filter((row) => isOverdue(row, at)),
  )
  const byId = new Map(expired.map((row) => [row.id, row]))
  return rows.map((row) => byId.get(row.id) ?? row)
}

async function create(tx: Tx, deps: AdmissionDeps, request: AdmissionRequest, userIds: readonly string[]) {
  if (userIds.length === 0) return []
  const { course, source, at } = request
  return insertEnrollments(
    tx,
    userIds.map((userId) => ({
      id: deps.newId(),
      course_id: course.id,
      user_id: userId,
      status: 'active' as const,
      source,
      enrolled_at: iso(at),
      expires_at: endOfTerm(course, at),
      ended_at: null,
    })),
  )
}

async function bringBack(tx: Tx, { course, renews, at }: AdmissionRequest, rows: readonly EnrollmentRow[]) {
  if (rows.length === 0) return []
  const end = renews ? { expires_at: endOfTerm(course, at) } : {}
  return updateEnrollments(
    tx,
    rows.map((row) => row.id),
    { status: 'active', ended_at: null, ...end },
  )
}

interface Admitted {
  readonly enrolled: readonly EnrollmentRow[]
  readonly returned: readonly EnrollmentRow[]
}

async function follow(
  tx: Tx,
  deps: AdmissionDeps,
  { actorId, at }: AdmissionRequest,
  { enrolled, returned }: Admitted,
) {
  const all = [...enrolled, ...returned]
  if (all.length === 0) return
  const eventOf = (event: 'enrolled' | 'returned') => (row: EnrollmentRow) => ({
    id: deps.newId(),
    enrollment_id: row.id,
    event,
    occurred_at: iso(at),
    actor_id: actorId,
    expires_at: row.expires_at,
  })
  await insertEnrollmentEvents(tx, [...enrolled.map(eventOf('enrolled')), ...returned.map(eventOf('returned'))])
  await deps.progress.keepProgress(
    tx,
    all.map((row) => row.id),
    at,
  )
  await enqueueAll(
    tx,
    sendWelcome,
    enrolled.map((row) => ({ enrollmentId: row.id })),
    at,
  )
}

/** When an enrollment that begins now ends; null: never. */
export function endOfTerm(course: Pick<CourseRow, 'enrollment_days'>, at: Date): string | null {
  return course.enrollment_days === null ? null : iso(new Date(at.getTime() + course.enrollment_days * DAY_MS))
}

const iso = (date: Date) => date.toISOString()
