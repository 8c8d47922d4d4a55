import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import PostalMime from 'postal-mime'
import { createFileMail, type FileMailOptions } from './file-mail.ts'
import { MailError, type MailMessage } from './mail.ts'

const link =
  'https://learn.school.example/verify-email?token=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4&next=%2Fcourses'

const message: MailMessage = {
  to: 'ada@students.example',
  subject: 'Verify your address',
  text: `Hello Ada, héllo 你好\n\n${link}\n`,
  html: `<p>Hello Ada, héllo 你好</p><p><a href="${link}">Verify</a></p>`,
}

async function harness(t: TestContext, options: Partial<FileMailOptions> = {}) {
  const data = await mkdtemp(join(tmpdir(), 'file-mail-'))
  t.after(() => rm(data, { recursive: true, force: true }))
  const directory = join(data, 'mail')
  let time = Date.UTC(2026, 0, 1)
  const now = () => {
    time += 1000
    return new Date(time)
  }
  const mail = createFileMail({ directory, from: 'School <no-reply@school.example>', now, ...options })
  return { data, directory, mail, names: async () => (await readdir(directory)).sort() }
}

test('a newcomer finds the mail as a file, and the link in it in one piece', async (t) => {
  const written: string[] = []
  const { directory, mail, names } = await harness(t, { onWritten: (path) => written.push(path) })
  await mail.send(message)

  const [name = '', ...others] = await names()
  assert.deepEqual(others, [])
  assert.match(name, /^2026-01-01T00-00-01\.000Z_ada@students\.example_verify-your-address_[0-9a-f]{12}\.eml$/)
  assert.deepEqual(written, [join(directory, name)])
  const source = await readFile(join(directory, name), 'utf8')
  assert.ok(source.split('\r\n').includes(link), 'the link can be copied from the raw file')
  assert.match(source, /^Hello Ada, héllo 你好\r$/m)
})

test('the file is a mail that a mail program reads, with both parts', async (t) => {
  const { directory, mail, names } = await harness(t)
  await mail.send(message)
  const email = await PostalMime.parse(await readFile(join(directory, (await names())[0] ?? '')))
  assert.deepEqual(email.from, { name: 'School', address: 'no-reply@school.example' })
  assert.deepEqual(email.to, [{ name: '', address: 'ada@students.example' }])
  assert.equal(email.subject, 'Verify your address')
  assert.equal(email.date, '2026-01-01T00:00:01.000Z')
  assert.equal(email.text?.trim(), message.text.trim())
  assert.equal(email.html?.trim(), message.html)
})

test('a message id that was written before is not written again', async (t) => {
  const { mail, names } = await harness(t)
  await mail.send({ ...message, messageId: 'job-1' })
  await mail.send({ ...message, messageId: 'job-1' })
  await mail.send({ ...message, messageId: 'job-2' })
  assert.equal((await names()).length, 2)
})

test('beyond the bound the oldest mails go, and nothing else that lies there', async (t) => {
  const { directory, mail, names } = await harness(t, { maxFiles: 3 })
  await mail.check()
  await writeFile(join(directory, 'kept-by-hand.eml'), '')
  await writeFile(join(directory, 'notes.txt'), '')
  for (const subject of ['one', 'two', 'three', 'four', 'five']) await mail.send({ ...message, subject })
  assert.deepEqual(
    (await names()).map((name) => name.split('_')[2] ?? name),
    ['three', 'four', 'five', 'kept-by-hand.eml', 'notes.txt'],
  )
})

test('many at once are all written whole, and no temporary file is left', async (t) => {
  const { directory, mail, names } = await harness(t)
  await Promise.all(Array.from({ length: 50 }, (_, index) => mail.send({ ...message, messageId: `job-${index}` })))
  const files = await names()
  assert.equal(files.length, 50)
  for (const name of files) {
    assert.match(name, /\.eml$/)
    assert.match(await readFile(join(directory, name), 'utf8'), /--\r\n$/)
  }
})

test('mails are for the eyes of their owner only: they hold links that let their reader in', async (t) => {
  const { directory, mail, names } = await harness(t)
  await mail.send(message)
  assert.equal((await stat(directory)).mode & 0o777, 0o700)
  assert.equal((await stat(join(directory, (await names())[0] ?? ''))).mode & 0o777, 0o600)
})

test('neither subject nor address can lead the file out of its directory', async (t) => {
  const { data, mail, names } = await harness(t)
  await mail.send({ ...message, subject: '../../outside/\\..\\x\u0000', to: '../../a/b@../../c' })
  await mail.send({ ...message, subject: 'ä'.repeat(5000), to: `${'a'.repeat(240)}@x.example` })
  assert.deepEqual(await readdir(data), ['mail'])
  const files = await names()
  assert.equal(files.length, 2)
  for (const name of files) assert.match(name, /^[\w.@:-]{1,255}$/)
})

test('an invalid recipient is refused for good, and nothing is written', async (t) => {
  const { data, mail } = await harness(t)
  await assert.rejects(
    mail.send({ ...message, to: 'ada@students.example\r\nBcc: victim@elsewhere.example' }),
    (error) => error instanceof MailError && error.isPermanent,
  )
  assert.deepEqual(await readdir(data), [])
})

test('a directory that cannot be written to is a temporary failure of send and of check', async (t) => {
  const { directory, data } = await harness(t)
  await writeFile(join(data, 'file'), '')
  const mail = createFileMail({ directory: join(data, 'file', 'mail'), from: 'no-reply@school.example' })
  const isTemporary = (error: unknown) => error instanceof MailError && !error.isPermanent
  await assert.rejects(mail.send(message), isTemporary)
  await assert.rejects(mail.check(), isTemporary)
  await assert.rejects(stat(directory))
})

test('a caller that gave up gets no file', async (t) => {
  const { data, mail } = await harness(t)
  await assert.rejects(mail.send(message, AbortSignal.abort()), { failure: 'aborted' })
  assert.deepEqual(await readdir(data), [])
})
