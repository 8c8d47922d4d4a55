import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface ReceivedMail {
  /** The envelope's recipients: who really gets the mail, whatever its headers say. */
  readonly recipients: readonly string[]
  readonly isEncrypted: boolean
  readonly user: string | undefined
  readonly source: string
  readonly email: Email
}

export interface TestSmtpServer {
  readonly host: string
  readonly port: number
  /** In the order of arrival. */
  readonly received: readonly ReceivedMail[]
  close(): Promise<void>
}

/** With `key` and `cert` STARTTLS is offered, and with `secure` the session is encrypted from the first byte. */
export interface TestSmtpServerOptions extends Pick<SMTPServerOptions, 'secure' | 'key' | 'cert'> {
  /** Where it listens; default: 127.0.0.1. */
  readonly host?: string
  /** Logins to accept; without it the server asks for none. */
  readonly users?: Readonly<Record<string, string>>
  readonly onSender?: (address: string) => SmtpRefusal | undefined
  readonly onRecipient?: (address: string) => SmtpRefusal | undefined
  /** Called with a whole message; it counts as received when nothing is returned. */
  readonly onMessage?: (mail: ReceivedMail) => SmtpRefusal | undefined | Promise<SmtpRefusal | undefined>
}

export interface SmtpRefusal {
  readonly status: number
  readonly text: string
}

/** A real SMTP server on a free port that keeps what it is sent, parsed. */
export async function startSmtpServer(options: TestSmtpServerOptions = {}): Promise<TestSmtpServer> {
  const { host = '127.0.0.1', users, onSender, onRecipient, onMessage, ...tls } = options
  const received: ReceivedMail[] = []
  const server = new SMTPServer({
    ...tls,
    disableReverseLookup: true,
    closeTimeout: 10,
    authOptional: !users,
    allowInsecureAuth: true,
    disabledCommands: [...(users ? [] : ['AUTH']), ...(tls.cert === undefined ? ['STARTTLS'] : [])],
    onAuth({ username = '', password }, _session, callback) {
      if (users?.[username] !== undefined && users[username] === password) callback(null, { user: username })
      else callback(Object.assign(new Error('wrong user name or password'), { responseCode: 535 }))
    },
    onMailFrom: ({ address }, _session, callback) => callback(refusal(onSender?.(address))),
    onRcptTo: ({ address }, _session, callback) => callback(refusal(onRecipient?.(address))),
    async onData(stream, session, callback) {
      const source = await buffer(stream)
      const mail = {
        recipients: session.envelope.rcptTo.map(({ address }) => address),
        isEncrypted: session.secure,
        user: typeof session.user === 'string' ? session.user : undefined,
        source: source.toString('utf8'),
        email: await PostalMime.parse(source),
      }
      const refused = refusal(await onMessage?.(mail))
      if (!refused) received.push(mail)
      callback(refused)
    },
  })
  // A client that breaks off is part of what is tested.
  server.on('error', () => {})
  const listener = server.listen(0, host)
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  return { host, port, received, close: () => new Promise((resolve) => server.close(() => resolve())) }
}

function refusal(answer: SmtpRefusal | undefined): Error | null {
  return answer ? Object.assign(new Error(answer.text), { responseCode: answer.status }) : null
}
