import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { afterCommit, inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { counter } from '#platform/metrics/metrics.ts'
import type { Database } from '../../../database.ts'
import { requireCertificateRight, requireNumber } from '../access.ts'
import type { CertificatesDeps } from '../deps.ts'
import type { Issuing } from '../issuing/issuing.ts'
import { tellRevocation } from '../jobs.ts'
import { certificatesRevokedTotal } from '../metrics.ts'
import { formatNumber } from '../numbers/number.ts'
import { certificateNotFound, certificateRevoked, notReissuable } from '../problems.ts'
import {
  type CertificateRow,
  lockByNumber,
  selectByNumber,
  selectCandidate,
  selectLatestOf,
  updateCertificate,
} from '../queries.ts'
import type { Certificate } from '../schemas.ts'
import { selectSetting } from '../settings/queries.ts'
import { toCertificate } from '../to-certificate.ts'

type Tx = Kysely<Database>

export interface EndingRequest {
  readonly caller: Principal
  /** As it was typed. */
  readonly number: string
  readonly reason: string
  readonly actor: Actor
}

export function createEnding({ db, metrics, now }: CertificatesDeps, issuing: Issuing) {
  const countRevoked = counter(metrics, certificatesRevokedTotal)

  /** Takes a certificate back; its holder is told why. Nothing brings it back: a new one can be issued. */
  async function revoke(request: EndingRequest): Promise<Certificate> {
    const at = now()
    return inTransaction(db, async (tx) => {
      const row = await lockForStaff(tx, request)
      if (row.revoked_at !== null) throw certificateRevoked({ isReplaced: row.replaced_by !== null })
      await end(tx, row, request, at)
      await enqueue(tx, tellRevocation, { certificateId: row.id }, at)
      await recordAudit(tx, request.actor, auditOf('certificate.revoked', row, request.reason), at)
      afterCommit(() => countRevoked({ reason: 'revoked' }))
      return readBack(tx, row.number)
    })
  }

  /**
   * Issues another certificate in the place of this one, with the name, the grade and the template of today. This one
   * does not count any more and says which one does. Also brings back the holder of one that was revoked.
   */
  async function reissue(request: EndingRequest): Promise<Certificate> {
    const at = now()
    return inTransaction(db, async (tx) => {
      const row = await lockForStaff(tx, request)
      if (row.replaced_by !== null) throw certificateRevoked({ isReplaced: true })
      const candidate = row.enrollment_id === null ? undefined : await selectCandidate(tx, row.enrollment_id)
      if (!candidate || !(await selectSetting(tx, candidate.course_id))) throw notReissuable()
      const wasValid = row.revoked_at === null
      if (wasValid) await end(tx, row, request, at)
      const latest = await selectLatestOf(tx, candidate.enrollment_id)
      const issue = (latest?.issue ?? row.issue) + 1
      const wish = { candidate: { ...candidate, completed_at: row.completed_at }, issue, actor: request.actor }
      const next = await issuing.issue(tx, { ...wish, cause: 'reissue' }, at)
      if (!next) throw certificateRevoked({ isReplaced: true })
      await updateCertificate(tx, row.id, { replaced_by: next.id })
      await recordAudit(tx, request.actor, auditOf('certificate.replaced', row, request.reason, next.number), at)
      if (wasValid) afterCommit(() => countRevoked({ reason: 'replaced' }))
      return readBack(tx, next.number)
    })
  }

  async function lockForStaff(tx: Tx, { caller, number }: EndingRequest): Promise<CertificateRow> {
    const row = await lockByNumber(tx, requireNumber(number))
    if (!row) throw certificateNotFound({ number })
    await requireCertificateRight(tx, caller, row, 'manage-roster', { holder: false })
    return row
  }

  return { revoke, reissue }
}

function end(tx: Tx, row: CertificateRow, { caller, reason }: EndingRequest, at: Date): Promise<void> {
  return updateCertificate(tx, row.id, {
    revoked_at: at.toISOString(),
    revoked_by: caller.userId,
    revocation_reason: reason.trim(),
  })
}

async function readBack(tx: Tx, number: string): Promise<Certificate> {
  const row = await selectByNumber(tx, number)
  if (!row) throw new Error(`The certificate ${number} that was just written is gone.`)
  return toCertificate(row)
}

function auditOf(
  action: 'certificate.revoked' | 'certificate.replaced',
  row: CertificateRow,
  reason: string,
  replacedBy?: string,
) {
  const details = {
    number: formatNumber(row.number),
    courseId: row.course_id,
    userId: row.user_id,
    reason: reason.trim(),
    ...(replacedBy !== undefined && { replacedBy: formatNumber(replacedBy) }),
  }
  return { action, subjectType: 'certificate', subjectId: row.id, details }
}
