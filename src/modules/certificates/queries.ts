import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../database.ts'
import type { CertificatesDatabase } from './tables.ts'

type Executor = Kysely<Database>
export type CertificateRow = Selectable<CertificatesDatabase['certificate']>
/** With the number of the certificate in its place. */
export type LinkedCertificate = CertificateRow & { readonly replaced_by_number: string | null }

/** Writes the certificate, unless the enrollment has one of this issue, or a valid one; then returns undefined. */
export function insertCertificate(
  tx: Executor,
  values: Insertable<CertificatesDatabase['certificate']>,
): Promise<CertificateRow | undefined> {
  return tx
    .insertInto('certificate')
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

/** The latest certificate of an enrollment. */
export function selectLatestOf(db: Executor, enrollmentId: string): Promise<LinkedCertificate | undefined> {
  return linkedCertificates(db)
    .where('certificate.enrollment_id', '=', enrollmentId)
    .orderBy('certificate.issue', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export function selectCertificate(db: Executor, id: string): Promise<CertificateRow | undefined> {
  return db.selectFrom('certificate').selectAll().where('id', '=', id).executeTakeFirst()
}

export function selectByNumber(db: Executor, number: string): Promise<LinkedCertificate | undefined> {
  return linkedCertificates(db).where('certificate.number', '=', number).executeTakeFirst()
}

/** The certificate, and nobody else changes it until the transaction ends. */
export function lockByNumber(tx: Executor, number: string): Promise<CertificateRow | undefined> {
  return lockRow(tx, tx.selectFrom('certificate').selectAll().where('number', '=', number)).executeTakeFirst()
}

export async function updateCertificate(
  tx: Executor,
  id: string,
  changes: Updateable<CertificatesDatabase['certificate']>,
): Promise<void> {
  await tx.updateTable('certificate').set(changes).where('id', '=', id).execute()
}

/** Says that a document must be made again; false when somebody has said so already. */
export async function markDocumentLost(tx: Executor, id: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('certificate')
    .set({ document_state: 'pending' })
    .where('id', '=', id)
    .where('document_state', '=', 'ready')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export interface CertificateFilter {
  readonly userId?: string
  readonly courseId?: string
  readonly after: Position | undefined
  readonly limit: number
}

/** Newest first. */
export function selectCertificates(db: Executor, filter: CertificateFilter): Promise<LinkedCertificate[]> {
  const { userId, courseId, after, limit } = filter
  let query = linkedCertificates(db)
  if (userId !== undefined) query = query.where('certificate.user_id', '=', userId)
  if (courseId !== undefined) query = query.where('certificate.course_id', '=', courseId)
  if (after) query = query.where(sql<boolean>`(certificate.issued_at, certificate.id) < (${after[0]}, ${after[1]})`)
  return query.orderBy('certificate.issued_at', 'desc').orderBy('certificate.id', 'desc').limit(limit).execute()
}

function linkedCertificates(db: Executor) {
  return db
    .selectFrom('certificate')
    .leftJoin('certificate as successor', 'successor.id', 'certificate.replaced_by')
    .selectAll('certificate')
    .select('successor.number as replaced_by_number')
}

/** An enrollment with all that decides about its certificate and stands on it. */
export function selectCandidate(db: Executor, enrollmentId: string) {
  return db
    .selectFrom('enrollment')
    .innerJoin('course', 'course.id', 'enrollment.course_id')
    .innerJoin('user_account', 'user_account.id', 'enrollment.user_id')
    .leftJoin('course_progress', 'course_progress.enrollment_id', 'enrollment.id')
    .select([
      'enrollment.id as enrollment_id',
      'enrollment.course_id',
      'enrollment.user_id',
      'user_account.full_name',
      'course.title as course_title',
      'course.summary as course_summary',
      'course_progress.completed_at',
    ])
    .where('enrollment.id', '=', enrollmentId)
    .executeTakeFirst()
}
export type Candidate = NonNullable<Awaited<ReturnType<typeof selectCandidate>>>

/** The next completed enrollments of a course that never had a certificate, in the order of their ids. */
export async function selectDue(
  db: Executor,
  courseId: string,
  afterEnrollmentId: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('enrollment')
    .innerJoin('course_progress', 'course_progress.enrollment_id', 'enrollment.id')
    .leftJoin('certificate', 'certificate.enrollment_id', 'enrollment.id')
    .select('enrollment.id')
    .where('enrollment.course_id', '=', courseId)
    .where('enrollment.id', '>', afterEnrollmentId)
    .where('course_progress.completed_at', 'is not', null)
    .where('certificate.id', 'is', null)
    .orderBy('enrollment.id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** Who holds the certificate, for a mail; undefined when the account is gone. No name until the address is verified. */
export async function selectHolderMail(db: Executor, certificateId: string) {
  const row = await db
    .selectFrom('certificate')
    .innerJoin('user_account', 'user_account.id', 'certificate.user_id')
    .select(['user_account.email', 'user_account.full_name', 'user_account.email_verified_at'])
    .where('certificate.id', '=', certificateId)
    .executeTakeFirst()
  return row && { email: row.email, fullName: row.email_verified_at === null ? null : row.full_name }
}
