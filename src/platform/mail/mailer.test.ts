import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PermanentJobFailure } from '#platform/jobs/job.ts'
import { createMetrics } from '#platform/metrics/metrics.ts'
import { createKeptMail } from '#support/kept-mail.ts'
import { MailError } from './mail.ts'
import { paragraph } from './mail-block.ts'
import { createMailer } from './mailer.ts'
import { createMailRenderer, defineMail } from './template.ts'

const greeting = defineMail<{ name: string }>({
  name: 'test.greeting',
  subject: ({ name }) => `Hello ${name}`,
  body: ({ name }) => [paragraph(`Dear ${name}`)],
})
const delivery = { to: 'ada@example.org', messageId: 'job-1', signal: new AbortController().signal }

function lab() {
  const mail = createKeptMail()
  const metrics = createMetrics()
  const render = createMailRenderer({ productName: 'School', frontendBaseUrl: 'https://school.example' })
  return { mail, metrics, send: createMailer({ mail, render, metrics }) }
}

test('a mail is rendered, sent under the id of its job and counted', async () => {
  const { mail, metrics, send } = lab()
  assert.match(await metrics.metrics(), /lms_mails_total\{outcome="refused"\} 0/)
  await send(greeting, { name: 'Ada' }, delivery)
  assert.deepEqual(
    mail.sent.map(({ to, subject, messageId }) => ({ to, subject, messageId })),
    [{ to: 'ada@example.org', subject: 'Hello Ada', messageId: 'job-1' }],
  )
  assert.match(await metrics.metrics(), /lms_mails_total\{outcome="sent"\} 1/)
})

test('a refusal for good ends the job, any other failure lets it try again', async () => {
  const { mail, metrics, send } = lab()
  mail.failure = new MailError('refused', 'no such mailbox', { smtpStatus: 550 })
  await assert.rejects(send(greeting, { name: 'Ada' }, delivery), PermanentJobFailure)
  mail.failure = new MailError('unreachable', 'no route')
  await assert.rejects(send(greeting, { name: 'Ada' }, delivery), MailError)
  assert.match(await metrics.metrics(), /outcome="refused"\} 1[\s\S]*outcome="failed"\} 1/)
})
