import { button, paragraph, smallPrint } from '#platform/mail/mail-block.ts'
import { defineMail } from '#platform/mail/template.ts'

interface LinkParams {
  readonly token: string
}

// No name of the person stands in these mails: who registers a stranger's address must not choose what he reads.

export const verificationMail = defineMail<LinkParams>({
  name: 'accounts.verification',
  subject: (_params, { productName }) => `Verify your mail address: ${productName}`,
  body: ({ token }, { productName, link }) => [
    paragraph(`This mail address was given for an account at ${productName}.`),
    button('Verify the address', link('/verify-email', { token })),
    smallPrint('The link works once, for 24 hours. If you have no account there, ignore this mail.'),
  ],
})

export const passwordResetMail = defineMail<LinkParams>({
  name: 'accounts.password-reset',
  subject: (_params, { productName }) => `Choose a new password: ${productName}`,
  body: ({ token }, { productName, link }) => [
    paragraph(`Somebody, hopefully you, has forgotten the password of your account at ${productName}.`),
    button('Choose a new password', link('/reset-password', { token })),
    paragraph('You will be logged out on every device.'),
    smallPrint('The link works once, for 30 minutes. If it was not you, ignore this mail: nothing has changed.'),
  ],
})

export const invitationMail = defineMail<LinkParams>({
  name: 'accounts.invitation',
  subject: (_params, { productName }) => `Your account at ${productName}`,
  body: ({ token }, { productName, link }) => [
    paragraph(`An administrator of ${productName} has made an account for you.`),
    button('Choose a password', link('/accept-invitation', { token })),
    smallPrint('The link works once, for 7 days. If you do not know what this is about, ignore this mail.'),
  ],
})
