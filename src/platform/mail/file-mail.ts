import { createHash, randomUUID } from 'node:crypto'
import { access, constants, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import MailComposer from 'nodemailer/lib/mail-composer'
import { type ComposedMail, composeMail, parseSender } from './compose.ts'
import { type Mail, MailError, type MailMessage } from './mail.ts'

export interface FileMailOptions {
  /** Created when missing, readable by this user only: mails hold links that let their reader in. */
  readonly directory: string
  /** `Name <address>` or a bare address. */
  readonly from: string
  /** The oldest files beyond this number are removed. */
  readonly maxFiles?: number
  readonly now?: () => Date
  /** Told the path of every file written, so that it can be shown to the developer. */
  readonly onWritten?: (path: string) => void
}

/**
 * Writes every mail as an `.eml` file, which any mail program opens and whose text part any editor shows as it is.
 * A message id that was written before is not written again.
 */
export function createFileMail(options: FileMailOptions): Mail {
  const { directory, maxFiles = 1000, now = () => new Date(), onWritten } = options
  const sender = parseSender(options.from)

  async function write(message: MailMessage): Promise<void> {
    const mail = composeMail(message, sender)
    const date = now()
    const source = await new MailComposer({ ...mail, date, text: { raw: readableTextPart(mail) } }).compile().build()

    await ensureDirectory(directory)
    const suffix = `${fingerprint(message.messageId ?? randomUUID())}.eml`
    const existing = await listMails(directory)
    if (existing.some((name) => name.endsWith(`_${suffix}`))) return

    const name = `${date.toISOString().replaceAll(':', '-')}_${slug(message.to)}_${slug(message.subject)}_${suffix}`
    await writeAtomically(directory, name, source)
    onWritten?.(join(directory, name))
    await removeOldest(directory, maxFiles)
  }

  async function checkDirectory(): Promise<void> {
    await ensureDirectory(directory)
    await access(directory, constants.W_OK)
  }

  return {
    async send(message, signal) {
      if (signal?.aborted) throw new MailError('aborted', 'Sending was given up', { cause: signal.reason })
      await write(message).catch(rethrowAsMailError)
    },
    check: () => checkDirectory().catch(rethrowAsMailError),
    close: async () => {},
  }
}

function rethrowAsMailError(error: unknown): never {
  if (error instanceof MailError) throw error
  throw new MailError('unreachable', `The mail cannot be written to a file: ${String(error)}`, { cause: error })
}

/**
 * Quoted-printable, which the composer would choose, cuts a long link in pieces and turns `=` into `=3D`: a developer
 * who opens the file in an editor could not copy it.
 */
function readableTextPart(mail: ComposedMail): string {
  const headers = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
  return headers + mail.text.replace(/\r?\n/g, '\r\n')
}

async function ensureDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
}

/** A crash leaves a hidden temporary file at worst, never half a mail under its name. */
async function writeAtomically(directory: string, name: string, source: Buffer): Promise<void> {
  const temporary = join(directory, `.${randomUUID()}.tmp`)
  try {
    await writeFile(temporary, source, { mode: 0o600, flag: 'wx' })
    await rename(temporary, join(directory, name))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Oldest first: names begin with the time of writing. */
async function listMails(directory: string): Promise<string[]> {
  const names = await readdir(directory)
  return names.filter((name) => /^\d{4}-\d\d-\d\dT.*_[0-9a-f]{12}\.eml$/.test(name)).sort()
}

async function removeOldest(directory: string, maxFiles: number): Promise<void> {
  const names = await listMails(directory)
  for (const name of names.slice(0, Math.max(0, names.length - maxFiles))) {
    await rm(join(directory, name), { force: true })
  }
}

function fingerprint(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 12)
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9@.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60)
}
