import { createTransport } from 'nodemailer'
import { composeMail, parseSender } from './compose.ts'
import { type Mail, MailError, type MailMessage } from './mail.ts'

export interface SmtpMailOptions {
  readonly host: string
  readonly port: number
  /** Without a username no login is attempted. */
  readonly username?: string | undefined
  readonly password?: string | undefined
  /**
   * `starttls`: plain connection that must be upgraded before anything is said; `tls`: encrypted from the first byte;
   * `none`: everything in clear, the password included, for a relay on the same host or a private network.
   */
  readonly security: 'starttls' | 'tls' | 'none'
  /** `Name <address>` or a bare address. */
  readonly from: string
  /** The longest that one send may take in all: waiting for a connection, the login and the transfer. */
  readonly timeoutSeconds: number
  /** PEM of the authority that signed the server's certificate, when it is not a public one. */
  readonly caCertificate?: string | undefined
}

const maxConnections = 5

/**
 * Sends through an SMTP server over at most 5 kept connections. A message of which the server may have read a byte is
 * never sent a second time by the adapter itself: whether to retry is the caller's decision.
 */
export function createSmtpMail(options: SmtpMailOptions): Mail {
  const sender = parseSender(options.from)
  const transport = createSmtpTransport(options)
  const underWay = new Set<Promise<void>>()
  let isClosed = false

  async function deliver(message: MailMessage, signal: AbortSignal | undefined): Promise<void> {
    if (isClosed) throw new MailError('aborted', 'The mail adapter is closed')
    const mail = composeMail(message, sender)
    // The transport's own timeouts restart with every byte; this one bounds the whole.
    const deadline = AbortSignal.timeout(options.timeoutSeconds * 1000)
    try {
      await transport.sendMail({ ...mail, signal: signal ? AbortSignal.any([signal, deadline]) : deadline })
    } catch (error) {
      throw toMailError(error, signal)
    }
  }

  return {
    async send(message, signal) {
      const delivery = deliver(message, signal)
      underWay.add(delivery)
      try {
        await delivery
      } finally {
        underWay.delete(delivery)
      }
    },
    async check() {
      try {
        await transport.verify()
      } catch (error) {
        throw toMailError(error, undefined)
      }
    },
    async close() {
      isClosed = true
      await Promise.allSettled(underWay)
      transport.close()
    },
  }
}

function createSmtpTransport(options: SmtpMailOptions) {
  const timeout = options.timeoutSeconds * 1000
  return createTransport({
    pool: true,
    maxConnections,
    host: options.host,
    port: options.port,
    secure: options.security === 'tls',
    requireTLS: options.security === 'starttls',
    ignoreTLS: options.security === 'none',
    tls: { minVersion: 'TLSv1.2', ...(options.caCertificate !== undefined && { ca: options.caCertificate }) },
    ...(options.username !== undefined && { auth: { user: options.username, pass: options.password ?? '' } }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
  })
}

/** The fields that nodemailer adds to its errors. */
interface TransportError extends Error {
  readonly code?: string
  /** The system's or the TLS library's own code. */
  readonly originalCode?: string
  readonly command?: string
  readonly responseCode?: number
}

function toMailError(error: unknown, signal: AbortSignal | undefined): MailError {
  if (error instanceof MailError) return error
  const cause: TransportError = error instanceof Error ? error : new Error(String(error))
  const smtpStatus = cause.responseCode
  const fail = (failure: MailError['failure'], message: string) =>
    new MailError(failure, message, { cause, smtpStatus })

  if (cause.code === 'EABORT') {
    return signal?.aborted
      ? fail('aborted', 'Sending was given up')
      : fail('timed-out', 'The mail server took too long')
  }
  if (cause.code === 'ETIMEDOUT') return fail('timed-out', `The mail server took too long: ${cause.message}`)
  if (cause.code === 'ETLS' || isCertificateError(cause))
    return fail('insecure', `No encrypted session with the mail server: ${cause.message}`)
  if (cause.code === 'EAUTH') return fail('login-refused', `The mail server refused the login: ${cause.message}`)
  if (isAboutThisMessage(cause)) return fail('refused', `The mail server refused the message: ${cause.message}`)
  if (smtpStatus !== undefined) return fail('deferred', `The mail server did not take the message: ${cause.message}`)
  return fail('unreachable', `No session with the mail server: ${cause.message}`)
}

function isCertificateError({ originalCode = '' }: TransportError): boolean {
  return /CERT|ERR_TLS|ERR_SSL|UNABLE_TO_|CRL_/.test(originalCode)
}

/**
 * A 5xx to RCPT TO or DATA is about the recipient or the content (RFC 5321 §4.2.1). At any other step, and with 503
 * (wrong state) or 530 (login needed) at every step, it is about us: once that is put right the same message passes.
 */
function isAboutThisMessage({ code, command, responseCode }: TransportError): boolean {
  if (responseCode === undefined) return code === 'EENVELOPE' || code === 'EMESSAGE'
  if (responseCode < 500 || responseCode === 503 || responseCode === 530) return false
  return command === 'RCPT TO' || command === 'DATA' || (command === 'MAIL FROM' && responseCode === 552)
}
