import { inTransaction } from '#platform/database/transaction.ts'
import { handle, type JobHandler } from '#platform/jobs/job.ts'
import { enqueue, enqueueAll } from '#platform/jobs/outbox.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import type { CertificatesDeps } from './deps.ts'
import {
  announceCertificate,
  issueCertificate,
  issueDueCertificates,
  issueGradedCertificates,
  renderCertificate,
  tellRevocation,
} from './jobs.ts'
import { readyMail, revokedMail } from './mails.ts'
import { formatNumber } from './numbers/number.ts'
import { selectCertificate, selectHolderMail } from './queries.ts'
import type { Certificates } from './service.ts'
import { selectGradedCourseIds } from './settings/queries.ts'

export interface CertificateHandlersDeps extends Pick<CertificatesDeps, 'db' | 'now'> {
  readonly certificates: Certificates
  readonly mailer: Mailer
}

export function createCertificateHandlers(deps: CertificateHandlersDeps): JobHandler[] {
  const { db, now, certificates } = deps
  return [
    handle(issueCertificate, ({ enrollmentId }, { finish }) =>
      inTransaction(db, async (tx) => {
        await certificates.issueByRule(tx, enrollmentId, now())
        await finish(tx)
      }),
    ),
    handle(issueDueCertificates, ({ courseId, afterEnrollmentId }, { finish }) =>
      inTransaction(db, async (tx) => {
        const last = await certificates.issueBatch(tx, courseId, afterEnrollmentId, now())
        if (last !== undefined) {
          await enqueue(tx, issueDueCertificates, { courseId, afterEnrollmentId: last }, now())
        }
        await finish(tx)
      }),
    ),
    handle(issueGradedCertificates, (_payload, { finish }) =>
      inTransaction(db, async (tx) => {
        const courseIds = await selectGradedCourseIds(tx)
        const batches = courseIds.map((courseId) => ({ courseId, afterEnrollmentId: '' }))
        await enqueueAll(tx, issueDueCertificates, batches, now())
        await finish(tx)
      }),
    ),
    handle(renderCertificate, ({ certificateId }, context) => certificates.render(certificateId, context)),
    ...mailHandlers(deps),
  ]
}

function mailHandlers({ db, mailer }: CertificateHandlersDeps): JobHandler[] {
  async function mailOf(certificateId: string) {
    const [row, holder] = [await selectCertificate(db, certificateId), await selectHolderMail(db, certificateId)]
    if (!row || !holder) return undefined
    const params = { fullName: holder.fullName, courseTitle: row.course_title, number: formatNumber(row.number) }
    return { row, to: holder.email, params }
  }
  return [
    handle(announceCertificate, async ({ certificateId }, { jobId, signal }) => {
      const mail = await mailOf(certificateId)
      // Revoked in the meantime: another mail says so.
      if (!mail || mail.row.revoked_at !== null) return
      const { verificationUrl } = mail.row.content
      await mailer(readyMail, { ...mail.params, verificationUrl }, { to: mail.to, messageId: jobId, signal })
    }),
    handle(tellRevocation, async ({ certificateId }, { jobId, signal }) => {
      const mail = await mailOf(certificateId)
      if (!mail) return
      const reason = mail.row.revocation_reason ?? ''
      await mailer(revokedMail, { ...mail.params, reason }, { to: mail.to, messageId: jobId, signal })
    }),
  ]
}
