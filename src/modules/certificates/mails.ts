import { button, paragraph, smallPrint } from '#platform/mail/mail-block.ts'
import { defineMail } from '#platform/mail/template.ts'

interface CertificateMail {
  readonly fullName: string | null
  readonly courseTitle: string
  /** As it is printed. */
  readonly number: string
}

export const readyMail = defineMail<CertificateMail & { readonly verificationUrl: string }>({
  name: 'certificates.ready',
  subject: ({ courseTitle }) => `Your certificate for ${courseTitle}`,
  body: ({ fullName, courseTitle, number, verificationUrl }, { link }) => [
    paragraph(fullName ? `Hello ${fullName},` : 'Hello,'),
    paragraph(`your certificate for “${courseTitle}” is ready. Its number is ${number}.`),
    button('Open the certificate', link(`/certificates/${number}`)),
    smallPrint(`Anybody can check it at ${verificationUrl}`),
  ],
})

export const revokedMail = defineMail<CertificateMail & { readonly reason: string }>({
  name: 'certificates.revoked',
  subject: ({ courseTitle }) => `Your certificate for ${courseTitle} was revoked`,
  body: ({ fullName, courseTitle, number, reason }) => [
    paragraph(fullName ? `Hello ${fullName},` : 'Hello,'),
    paragraph(`your certificate ${number} for “${courseTitle}” no longer counts. The reason given:`),
    paragraph(reason),
    smallPrint('If you do not agree, answer to the staff of the course.'),
  ],
})
