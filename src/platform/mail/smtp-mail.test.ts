import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { type Certificate, selfSignedCertificate } from '#support/self-signed-certificate.ts'
import { startSmtpServer, type TestSmtpServer, type TestSmtpServerOptions } from '#support/smtp-server.ts'
import { MailError, type MailMessage } from './mail.ts'
import { createSmtpMail, type SmtpMailOptions } from './smtp-mail.ts'

const message: MailMessage = {
  to: 'ada@students.example',
  subject: 'Welcome',
  text: 'Hello Ada',
  html: '<p>Hello Ada</p>',
}

const from = 'Example School <no-reply@school.example>'

async function startServer(t: TestContext, options: TestSmtpServerOptions = {}): Promise<TestSmtpServer> {
  const server = await startSmtpServer(options)
  t.after(() => server.close())
  return server
}

/** By default as a relay on the same host is used: no encryption, no login. */
function mailTo(t: TestContext, server: { host: string; port: number }, options: Partial<SmtpMailOptions> = {}) {
  const { host, port } = server
  const mail = createSmtpMail({ host, port, security: 'none', from, timeoutSeconds: 5, ...options })
  t.after(() => mail.close())
  return mail
}

async function failureOf(promise: Promise<void>): Promise<MailError> {
  const error = await promise.then(
    () => assert.fail('the mail was sent'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof MailError, String(error))
  return error
}

/** A TCP server that speaks as little SMTP as the test wants. */
async function startRawServer(t: TestContext, onSocket: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, sockets }
}

// Side by side, since the test server holds back every greeting for 100 ms.
describe('a message that is accepted', { concurrency: true }, () => {
  test('arrives with both parts, its sender and the mark of an automatic mail', async (t) => {
    const server = await startServer(t)
    await mailTo(t, server).send(message)

    const [mail] = server.received
    assert.ok(mail)
    assert.deepEqual(mail.recipients, ['ada@students.example'])
    assert.deepEqual(mail.email.from, { name: 'Example School', address: 'no-reply@school.example' })
    assert.deepEqual(mail.email.to, [{ name: '', address: 'ada@students.example' }])
    assert.equal(mail.email.text?.trim(), 'Hello Ada')
    assert.equal(mail.email.html?.trim(), '<p>Hello Ada</p>')
    assert.match(mail.source, /^Content-Type: multipart\/alternative;/m)
    assert.match(mail.source, /^Auto-Submitted: auto-generated\r$/m)
  })

  test('keeps Arabic, Chinese and emoji in subject and bodies', async (t) => {
    const server = await startServer(t)
    const subject = 'مرحبا بك في دورة الجبر · 欢迎参加代数课程 · 🎓'
    await mailTo(t, server).send({ ...message, subject, text: 'أهلا، 你好', html: '<p>أهلا، 你好</p>' })

    const email = server.received[0]?.email
    assert.equal(email?.subject, subject)
    assert.equal(email?.text?.trim(), 'أهلا، 你好')
    assert.equal(email?.html?.trim(), '<p>أهلا، 你好</p>')
    // Bytes outside ASCII travel encoded: every server takes the message.
    assert.doesNotMatch(server.received[0]?.source ?? '', /[^\p{ASCII}]/u)
  })

  test('carries the same Message-ID at every attempt', async (t) => {
    const server = await startServer(t)
    const mail = mailTo(t, server)
    await mail.send({ ...message, messageId: '0199f3a2-job' })
    await mail.send({ ...message, messageId: '0199f3a2-job' })
    assert.deepEqual(
      server.received.map(({ email }) => email.messageId),
      ['<0199f3a2-job@school.example>', '<0199f3a2-job@school.example>'],
    )
  })

  test('many at once all arrive, once each', async (t) => {
    const server = await startServer(t)
    const mail = mailTo(t, server)
    const addresses = Array.from({ length: 30 }, (_, index) => `student${index}@students.example`)
    await Promise.all(addresses.map((to) => mail.send({ ...message, to })))
    assert.deepEqual(server.received.flatMap(({ recipients }) => recipients).sort(), addresses.sort())
  })
})

describe('encryption and login', { concurrency: true }, () => {
  let certificate: Certificate
  test.before(async () => {
    certificate = await selfSignedCertificate()
  })

  for (const security of ['starttls', 'tls'] as const) {
    test(`${security}: the session is encrypted and the login is made inside it`, async (t) => {
      const server = await startServer(t, { ...certificate, secure: security === 'tls', users: { relay: 's3cret' } })
      const login = { username: 'relay', password: 's3cret', caCertificate: certificate.cert }
      const mail = mailTo(t, server, { security, ...login })
      await mail.check()
      await mail.send(message)
      assert.equal(server.received[0]?.isEncrypted, true)
      assert.equal(server.received[0]?.user, 'relay')
    })

    test(`${security}: a certificate of an unknown authority is refused and nothing is sent`, async (t) => {
      const server = await startServer(t, { ...certificate, secure: security === 'tls' })
      const error = await failureOf(mailTo(t, server, { security }).send(message))
      assert.equal(error.isPermanent, false)
      assert.equal(error.failure, 'insecure')
      assert.deepEqual(server.received, [])
    })
  }

  test('starttls: a server that does not offer it gets neither password nor message', async (t) => {
    let heard = ''
    const server = await startRawServer(t, (socket) => {
      socket.write('220 mail.example ESMTP\r\n')
      socket.on('data', (data) => {
        heard += data.toString()
        socket.write(/^EHLO/i.test(data.toString()) ? '250-mail.example\r\n250 AUTH PLAIN\r\n' : '502 unknown\r\n')
      })
    })
    const login = { username: 'relay', password: 's3cret' }
    const error = await failureOf(mailTo(t, server, { security: 'starttls', ...login }).send(message))
    assert.equal(error.failure, 'insecure')
    assert.equal(error.isPermanent, false)
    assert.match(heard, /^EHLO [^\r]+\r\nSTARTTLS\r\n/)
    assert.doesNotMatch(heard, /AUTH|MAIL FROM/)
  })

  test('a refused login is temporary, since mail waits until the operator put it right, and hides the password', async (t) => {
    const server = await startServer(t, { users: { relay: 's3cret' } })
    const mail = mailTo(t, server, { username: 'relay', password: 'wr0ng-passw0rd' })
    for (const error of [await failureOf(mail.send(message)), await failureOf(mail.check())]) {
      assert.equal(error.failure, 'login-refused')
      assert.equal(error.isPermanent, false)
      assert.equal(error.smtpStatus, 535)
      assert.doesNotMatch(`${error.message} ${JSON.stringify(error.cause)}`, /wr0ng-passw0rd/)
    }
    assert.deepEqual(server.received, [])
  })
})

describe('a message that is not accepted', { concurrency: true }, () => {
  test('5xx for the recipient is permanent, and the next message passes', async (t) => {
    const server = await startServer(t, {
      onRecipient: (address) => (address === message.to ? { status: 550, text: 'no such user' } : undefined),
    })
    const mail = mailTo(t, server)
    const error = await failureOf(mail.send(message))
    assert.equal(error.failure, 'refused')
    assert.equal(error.isPermanent, true)
    assert.equal(error.smtpStatus, 550)
    await mail.send({ ...message, to: 'grace@students.example' })
    assert.equal(server.received.length, 1)
  })

  test('5xx for the content is permanent', async (t) => {
    const server = await startServer(t, { onMessage: () => ({ status: 554, text: 'looks like spam' }) })
    const error = await failureOf(mailTo(t, server).send(message))
    assert.equal(error.failure, 'refused')
    assert.equal(error.isPermanent, true)
  })

  test('5xx for the sender is temporary: it is about the configuration', async (t) => {
    const server = await startServer(t, { onSender: () => ({ status: 550, text: 'sender not allowed' }) })
    const error = await failureOf(mailTo(t, server).send(message))
    assert.equal(error.failure, 'deferred')
    assert.equal(error.isPermanent, false)
  })

  test('530, login needed, is temporary wherever it is said, and 552, too large, permanent', async (t) => {
    const answers = [
      { onSender: () => ({ status: 530, text: 'log in first' }), isPermanent: false },
      { onRecipient: () => ({ status: 530, text: 'log in first' }), isPermanent: false },
      { onSender: () => ({ status: 552, text: 'too large' }), isPermanent: true },
      { onMessage: () => ({ status: 552, text: 'too large' }), isPermanent: true },
    ]
    for (const { isPermanent, ...options } of answers) {
      const server = await startServer(t, options)
      assert.equal((await failureOf(mailTo(t, server).send(message))).isPermanent, isPermanent)
    }
  })

  test('4xx is temporary, and the retry is accepted', async (t) => {
    let attempts = 0
    const server = await startServer(t, {
      onRecipient: () => {
        attempts += 1
        return attempts === 1 ? { status: 451, text: 'greylisted, try again later' } : undefined
      },
    })
    const mail = mailTo(t, server)
    const error = await failureOf(mail.send(message))
    assert.equal(error.failure, 'deferred')
    assert.equal(error.isPermanent, false)
    assert.equal(error.smtpStatus, 451)
    assert.equal(attempts, 1, 'retries are the decision of the caller')

    await mail.send(message)
    assert.equal(server.received.length, 1)
  })

  test('4xx for the content is temporary', async (t) => {
    const server = await startServer(t, { onMessage: () => ({ status: 452, text: 'disk full' }) })
    const error = await failureOf(mailTo(t, server).send(message))
    assert.equal(error.failure, 'deferred')
    assert.equal(error.isPermanent, false)
  })
})

describe('a server that fails', { concurrency: true }, () => {
  test('a refused connection is temporary', async (t) => {
    const server = await startSmtpServer()
    await server.close()
    const mail = mailTo(t, server)
    for (const error of [await failureOf(mail.send(message)), await failureOf(mail.check())]) {
      assert.equal(error.failure, 'unreachable')
      assert.equal(error.isPermanent, false)
    }
  })

  test('one that never answers is given up in time', async (t) => {
    const server = await startRawServer(t, () => {})
    const startedAt = performance.now()
    const error = await failureOf(mailTo(t, server, { timeoutSeconds: 0.3 }).send(message))
    assert.equal(error.failure, 'timed-out')
    assert.equal(error.isPermanent, false)
    assert.ok(performance.now() - startedAt < 2000)
  })

  test('one that trickles its answers is given up in time too', async (t) => {
    const server = await startRawServer(t, (socket) => {
      socket.write('220 mail.example ESMTP\r\n')
      const timer = setInterval(() => socket.write('250-still thinking\r\n'), 50)
      socket.on('close', () => clearInterval(timer))
    })
    const startedAt = performance.now()
    const error = await failureOf(mailTo(t, server, { timeoutSeconds: 0.4 }).send(message))
    assert.equal(error.failure, 'timed-out')
    assert.ok(performance.now() - startedAt < 2000)
  })

  test('one that breaks off after the whole message is not sent it again behind the back of the caller', async (t) => {
    let messages = 0
    const server = await startRawServer(t, (socket) => {
      socket.write('220 mail.example ESMTP\r\n')
      let isData = false
      socket.on('data', (data) => {
        const text = data.toString()
        if (isData && text.endsWith('\r\n.\r\n')) {
          messages += 1
          socket.destroy()
        } else if (!isData) {
          isData = /^DATA/m.test(text)
          socket.write(isData ? '354 go on\r\n' : '250 mail.example\r\n')
        }
      })
    })
    const mail = mailTo(t, server)
    const error = await failureOf(mail.send(message))
    assert.equal(error.failure, 'unreachable')
    assert.equal(error.isPermanent, false)
    await mail.close()
    assert.equal(messages, 1)
  })

  test('the caller can give up at any time', async (t) => {
    const server = await startRawServer(t, () => {})
    const mail = mailTo(t, server)
    const controller = new AbortController()
    const sending = failureOf(mail.send(message, controller.signal))
    controller.abort()
    const error = await sending
    assert.equal(error.failure, 'aborted')
    assert.equal(error.isPermanent, false)
    assert.equal((await failureOf(mail.send(message, AbortSignal.abort()))).failure, 'aborted')
  })
})

describe('what a message cannot do', { concurrency: true }, () => {
  const lineBreaks = ['\r\n', '\n', '\r', '\u2028', '\u0085', '\u0000']

  test('line breaks in the subject add no header and no recipient', async (t) => {
    const server = await startServer(t)
    const mail = mailTo(t, server)
    for (const lineBreak of lineBreaks) {
      await mail.send({ ...message, subject: `Hello${lineBreak}Bcc: victim@elsewhere.example${lineBreak}X-Evil: yes` })
    }
    assert.equal(server.received.length, lineBreaks.length)
    for (const { email, recipients } of server.received) {
      assert.equal(email.subject, 'Hello Bcc: victim@elsewhere.example X-Evil: yes')
      assert.deepEqual(recipients, [message.to])
      assert.ok(!email.headers.some(({ key }) => key === 'bcc' || key === 'x-evil'))
    }
  })

  test('an address that is anything but one mailbox is refused for good, and nothing is sent', async (t) => {
    const server = await startServer(t)
    const mail = mailTo(t, server)
    const addresses = [
      ...lineBreaks.map((lineBreak) => `ada@students.example${lineBreak}Bcc: victim@elsewhere.example`),
      ...lineBreaks.map((lineBreak) => `ada@students.example>${lineBreak}RCPT TO:<victim@elsewhere.example`),
      'ada@students.example, victim@elsewhere.example',
      'ada@students.example; victim@elsewhere.example',
      'Ada <ada@students.example>',
      'group: victim@elsewhere.example;',
      'ada@students.example@elsewhere.example',
      '"ada@students.example"@elsewhere.example',
      'ada@students.example (comment)',
      'ada\u202e@students.example',
      'ada',
      '',
      `${'a'.repeat(300)}@students.example`,
    ]
    for (const to of addresses) {
      const error = await failureOf(mail.send({ ...message, to }))
      assert.equal(error.failure, 'invalid', to)
      assert.equal(error.isPermanent, true)
    }
    assert.deepEqual(server.received, [])
  })

  test('a message id with a line break is refused', async (t) => {
    const server = await startServer(t)
    const error = await failureOf(mailTo(t, server).send({ ...message, messageId: 'a>\r\nX-Evil: <b' }))
    assert.equal(error.failure, 'invalid')
    assert.deepEqual(server.received, [])
  })

  test('a sender that is no address, or whose name breaks the line, is refused at the start', () => {
    const options = { host: '127.0.0.1', port: 25, security: 'none', timeoutSeconds: 1 } as const
    for (const name of ['School\r\nBcc: victim@elsewhere.example', 'School\nX', '"A\rB"']) {
      assert.throws(() => createSmtpMail({ ...options, from: `${name} <no-reply@school.example>` }), /sender/)
    }
    assert.throws(() => createSmtpMail({ ...options, from: 'School' }), /sender/)
    assert.throws(() => createSmtpMail({ ...options, from: 'a@school.example, b@school.example' }), /sender/)
  })

  test('a sender name with quotes, commas and other scripts arrives as it is', async (t) => {
    const server = await startServer(t)
    for (const name of ['Schule für alle, Köln', '"School, Example"', 'مدرسة']) {
      await mailTo(t, server, { from: `${name} <no-reply@school.example>` }).send(message)
    }
    assert.deepEqual(
      server.received.map(({ email }) => email.from?.name),
      ['Schule für alle, Köln', 'School, Example', 'مدرسة'],
    )
  })
})

describe('close', () => {
  test('waits for the delivery under way and takes no further message', async (t) => {
    const entered = Promise.withResolvers<void>()
    const proceed = Promise.withResolvers<void>()
    const server = await startServer(t, {
      onMessage: async () => {
        entered.resolve()
        await proceed.promise
        return undefined
      },
    })
    const mail = mailTo(t, server)
    const sending = mail.send(message)
    await entered.promise

    const closing = mail.close()
    const error = await failureOf(mail.send(message))
    assert.equal(error.failure, 'aborted')
    proceed.resolve()
    await closing
    assert.equal(server.received.length, 1)
    await sending
  })
})
