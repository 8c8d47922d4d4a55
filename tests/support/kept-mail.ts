import { type Mail, MailError, type MailMessage } from '#platform/mail/mail.ts'

/** A mail adapter that keeps what it is given, once per message id, and refuses while `failure` is set. */
export function createKeptMail(): Mail & { readonly sent: MailMessage[]; failure: MailError | undefined } {
  const sent: MailMessage[] = []
  return {
    sent,
    failure: undefined,
    async send(message, signal) {
      if (signal?.aborted) throw new MailError('aborted', 'Sending was given up', { cause: signal.reason })
      if (this.failure) throw this.failure
      if (message.messageId !== undefined && sent.some(({ messageId }) => messageId === message.messageId)) return
      sent.push(message)
    },
    async check() {
      if (this.failure) throw this.failure
    },
    async close() {},
  }
}
