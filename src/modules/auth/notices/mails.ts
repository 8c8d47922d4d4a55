import { button, paragraph, smallPrint } from '#platform/mail/mail-block.ts'
import { defineMail } from '#platform/mail/template.ts'

export type Notice = 'password-changed' | 'totp-enabled' | 'totp-disabled' | 'recovery-code-used'

const happenings: Record<Notice, { subject: string; sentence: string }> = {
  'password-changed': {
    subject: 'Your password was changed',
    sentence: 'The password of your account was changed, and all other devices were logged out.',
  },
  'totp-enabled': {
    subject: 'Second factor switched on',
    sentence: 'Your account now asks for a code of an authenticator app when you log in.',
  },
  'totp-disabled': {
    subject: 'Second factor switched off',
    sentence: 'Your account no longer asks for a code of an authenticator app when you log in.',
  },
  'recovery-code-used': {
    subject: 'A recovery code was used',
    sentence: 'Somebody logged in to your account with one of its recovery codes. It cannot be used again.',
  },
}

export const securityNotice = defineMail<{ notice: Notice; happenedAt: string }>({
  name: 'auth.security-notice',
  subject: ({ notice }, { productName }) => `${happenings[notice].subject}: ${productName}`,
  body: ({ notice, happenedAt }, { link }) => [
    paragraph(happenings[notice].sentence),
    paragraph(`This happened on ${happenedAt.slice(0, 16).replace('T', ' at ')} UTC.`),
    paragraph('If that was you, there is nothing to do. If not, choose a new password at once.'),
    button('Choose a new password', link('/forgot-password')),
    smallPrint('You get this mail because it concerns the security of your account.'),
  ],
})
