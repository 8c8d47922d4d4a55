import { cleanLine } from './clean-line.ts'
import { MailError, type MailMessage } from './mail.ts'

export interface Sender {
  readonly name: string
  readonly address: string
}

export interface ComposedMail {
  readonly from: Sender
  readonly to: Sender
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly messageId?: string
  readonly headers: Record<string, string>
  readonly disableFileAccess: true
  readonly disableUrlAccess: true
}

// One mailbox and nothing else: no list, no comment, no quoting, no control or invisible character. Stricter than
// RFC 5322 on purpose, since whatever is let through here decides who receives the mail.
const addressPattern = /^[^\s@<>()[\]\\,;:"\p{Cc}\p{Cf}]+@[^\s@<>()[\]\\,;:"\p{Cc}\p{Cf}]+$/u
const maxAddressLength = 254
const messageIdPattern = /^[A-Za-z0-9._-]{1,100}$/

/** Reads `Name <address>` or a bare address. Throws on anything else: it is a mistake in the configuration. */
export function parseSender(from: string): Sender {
  const [, given = '', address = from] = /^([^<>]*)<([^<>]*)>$/.exec(from) ?? []
  const name = /^"([^"]*)"$/.exec(given.trim())?.[1] ?? given.trim()
  if (!addressPattern.test(address) || /[\p{Cc}"]/u.test(name)) {
    throw new Error(`The sender ${JSON.stringify(from)} is not an address such as "Name <no-reply@example.com>"`)
  }
  return { name, address }
}

/**
 * Turns a message into the fields that nodemailer composes. Nothing a message holds can add a header or a recipient:
 * line breaks in the subject become spaces, and an address that is not exactly one mailbox throws `invalid`.
 */
export function composeMail(message: MailMessage, sender: Sender): ComposedMail {
  if (message.to.length > maxAddressLength || !addressPattern.test(message.to)) {
    throw new MailError('invalid', 'The recipient is not one mail address')
  }
  if (message.messageId !== undefined && !messageIdPattern.test(message.messageId)) {
    throw new MailError('invalid', 'The message id may hold letters, digits, ".", "_" and "-" only')
  }
  const domain = sender.address.slice(sender.address.lastIndexOf('@') + 1)
  return {
    from: sender,
    to: { name: '', address: message.to },
    subject: cleanLine(message.subject),
    text: message.text,
    html: message.html,
    ...(message.messageId !== undefined && { messageId: `<${message.messageId}@${domain}>` }),
    // RFC 3834: keeps out-of-office replies and mailing lists from answering a machine.
    headers: { 'Auto-Submitted': 'auto-generated' },
    // Content is what it says, never a path or an address to read it from.
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
