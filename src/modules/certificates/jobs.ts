import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'
import { defineRecurring } from '#platform/jobs/recurring.ts'

/** A student has completed a course: a certificate, if the course issues them. Harmless however often it runs. */
export const issueCertificate = defineJob({
  name: 'certificates.issue',
  payload: Type.Object({ enrollmentId: Type.String() }),
  attempts: 8,
})

/** Issues what is due in a course, batch by batch: its settings have changed. */
export const issueDueCertificates = defineJob({
  name: 'certificates.issue-due',
  payload: Type.Object({
    courseId: Type.String(),
    afterEnrollmentId: Type.String({ description: 'The last of the batch before; empty at the beginning.' }),
  }),
  attempts: 8,
})

/** Issues what is due in every course that asks for a grade: grades change long after a course was completed. */
export const issueGradedCertificates = defineJob({
  name: 'certificates.issue-graded',
  payload: Type.Object({}),
  attempts: 3,
})

export const gradedRecurs = defineRecurring({ job: issueGradedCertificates, payload: {}, everySeconds: 3600 })

/** Makes the PDF of a certificate, the first time or again, and keeps it in the storage. */
export const renderCertificate = defineJob({
  name: 'certificates.render',
  payload: Type.Object({ certificateId: Type.String() }),
  attempts: 10,
})

/** Tells the holder that a certificate is ready. */
export const announceCertificate = defineJob({
  name: 'certificates.announce',
  payload: Type.Object({ certificateId: Type.String() }),
  attempts: 8,
})

/** Tells the holder that a certificate was revoked, and why. */
export const tellRevocation = defineJob({
  name: 'certificates.tell-revocation',
  payload: Type.Object({ certificateId: Type.String() }),
  attempts: 8,
})

export const certificateJobs = [
  issueCertificate,
  issueDueCertificates,
  issueGradedCertificates,
  renderCertificate,
  announceCertificate,
  tellRevocation,
] as const
