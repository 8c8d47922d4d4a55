import type { Actor } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { enrollmentNotFound, requireEnrollment, selectEnrollment } from '#modules/enrollments/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { CertificatesDeps } from '../deps.ts'
import { certificatesOff, gradeTooLow, notCompleted } from '../problems.ts'
import { selectByNumber } from '../queries.ts'
import type { Certificate } from '../schemas.ts'
import { toCertificate } from '../to-certificate.ts'
import type { Issuing } from './issuing.ts'

export function createIssuingByStaff({ db, now }: CertificatesDeps, issuing: Issuing) {
  /**
   * Staff ask for the certificate of an enrollment now: what the rule gives by itself, or says what is missing.
   * `isNew` is false when there was one.
   */
  async function issueNow(
    caller: Principal,
    enrollmentId: string,
    actor: Actor,
  ): Promise<{ readonly isNew: boolean; readonly certificate: Certificate }> {
    return inTransaction(db, async (tx) => {
      const rule = { owner: false, staff: 'manage-roster' } as const
      await requireEnrollment(tx, caller, enrollmentId, await selectEnrollment(tx, enrollmentId), rule)
      const result = await issuing.issueByRule(tx, enrollmentId, now(), actor)
      if (result.outcome === 'off') throw certificatesOff()
      if (result.outcome === 'not-completed') throw notCompleted()
      if (result.outcome === 'grade-too-low') throw gradeTooLow(result)
      if (result.outcome === 'gone') throw enrollmentNotFound({ enrollmentId })
      const row = await selectByNumber(tx, result.certificate.number)
      if (!row) throw new Error(`The certificate ${result.certificate.id} that was just written is gone.`)
      return { isNew: result.outcome === 'issued', certificate: toCertificate(row) }
    })
  }

  return { issueNow }
}
