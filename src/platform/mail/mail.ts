/** One mail to one person. Both bodies are always sent, as the two parts of one message. */
export interface MailMessage {
  /** A bare address (`ada@example.com`): one recipient, no display name. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /**
   * The same for every attempt to send the same mail (the job's id, say). It becomes the Message-ID, so that a mail
   * sent again after an unknown outcome can be recognised as the same one. Letters, digits, `.`, `_` and `-`.
   */
  readonly messageId?: string
}

export interface Mail {
  /** Resolves when the message was accepted for delivery; throws a `MailError` otherwise. */
  send(message: MailMessage, signal?: AbortSignal): Promise<void>
  /** Resolves when mail could be sent right now, without sending any; throws a `MailError` that says what is wrong. */
  check(): Promise<void>
  /** Waits for the deliveries under way; nothing can be sent afterwards. */
  close(): Promise<void>
}

/**
 * Why a mail was not sent. A closed set, so that it can label a metric.
 * - `invalid`: the message itself cannot be sent (a malformed address)
 * - `refused`: the server will never take this message (5xx for the recipient or the content)
 * - `deferred`: the server asks to try again later (4xx), or refuses us rather than this message
 * - `login-refused`, `insecure`, `unreachable`, `timed-out`: no usable session with the server
 * - `aborted`: the caller gave up
 */
export type MailFailure =
  | 'invalid'
  | 'refused'
  | 'deferred'
  | 'login-refused'
  | 'insecure'
  | 'unreachable'
  | 'timed-out'
  | 'aborted'

/** A mail that was not sent. After anything but `invalid` and `refused` a later attempt may succeed. */
export class MailError extends Error {
  readonly failure: MailFailure
  /** True when no retry can help: the same message would be refused again. */
  readonly isPermanent: boolean
  /** The SMTP reply code, when the server gave one. */
  readonly smtpStatus: number | undefined

  constructor(
    failure: MailFailure,
    message: string,
    options: { cause?: unknown; smtpStatus?: number | undefined } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'MailError'
    this.failure = failure
    this.isPermanent = failure === 'invalid' || failure === 'refused'
    this.smtpStatus = options.smtpStatus
  }
}
