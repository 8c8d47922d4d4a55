import { formatNumber } from './numbers/number.ts'
import type { CertificateRow, LinkedCertificate } from './queries.ts'
import type { Certificate, Verification } from './schemas.ts'

/** The certificate as its holder and the staff of its course see it. */
export function toCertificate(row: LinkedCertificate): Certificate {
  return {
    number: formatNumber(row.number),
    enrollmentId: row.enrollment_id,
    courseId: row.course_id,
    userId: row.user_id,
    holderName: row.holder_name,
    courseTitle: row.course_title,
    grade: row.grade,
    completedOn: dayOf(row.completed_at),
    issuedAt: row.issued_at,
    status: statusOf(row),
    revokedAt: row.revoked_at,
    revocationReason: row.revocation_reason,
    replacedBy: row.replaced_by_number === null ? null : formatNumber(row.replaced_by_number),
    document: row.document_state,
    documentFailure: row.document_failure,
    verificationUrl: row.content.verificationUrl,
  }
}

/** What everybody may know of a certificate, and nothing else. */
export function toVerification(row: CertificateRow): Verification {
  return {
    number: formatNumber(row.number),
    holderName: row.holder_name,
    courseTitle: row.course_title,
    grade: row.grade,
    completedOn: dayOf(row.completed_at),
    status: row.revoked_at === null ? 'valid' : 'revoked',
  }
}

/** UTC day of a time as the database keeps it. */
export function dayOf(time: string): string {
  return time.slice(0, 10)
}

function statusOf(row: CertificateRow): Certificate['status'] {
  if (row.revoked_at === null) return 'valid'
  return row.replaced_by === null ? 'revoked' : 'replaced'
}
