import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LightMyRequestResponse } from 'fastify'
import type { ApiClient, Harness } from './harness.ts'

/** One part of a form; with `name` it is a file. */
export interface Part {
  readonly field: string
  readonly content: string | Buffer
  /** As it stands in the header, between quotes. */
  readonly name?: string
  /** What the client claims. */
  readonly type?: string
}

export interface Form {
  readonly headers: Record<string, string>
  readonly payload: Buffer
}

/** The smallest PDF that says what it is. */
export const pdf = Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Type/Catalog>> endobj\n%%EOF\n', 'latin1')
/** Of one pixel. */
export const png = Buffer.from(
  '89504e470d0a1a0a0000000d4948445200000001000000010806000000' +
    '1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082',
  'hex',
)
/** A WebM of this many bytes whose every eighth byte tells where it is. */
export function video(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes)
  for (let at = 0; at + 8 <= sizeBytes; at += 8) bytes.writeDoubleBE(at, at)
  Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104', 'hex').copy(bytes)
  return bytes
}

/** A `multipart/form-data` body, byte for byte as given: nothing is escaped. */
export function form(...parts: Part[]): Form {
  const boundary = `----test${randomBytes(8).toString('hex')}`
  const chunks = parts.flatMap(({ field, content, name, type }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${field}"`,
    name === undefined ? '' : `; filename="${name}"`,
    type === undefined ? '' : `\r\nContent-Type: ${type}`,
    '\r\n\r\n',
    content,
    '\r\n',
  ])
  const payload = Buffer.concat([...chunks, `--${boundary}--\r\n`].map((chunk) => Buffer.from(chunk)))
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, payload }
}

export function send(client: ApiClient, { headers, payload }: Form): Promise<LightMyRequestResponse> {
  return client.post('/files', payload, headers)
}

export interface UploadWishes {
  readonly content?: string | Buffer
  readonly name?: string
  readonly courseId?: string
}

/** Uploads a file, a PDF without wishes, and expects that it is stored; returns its representation. */
export async function upload(client: ApiClient, { content = pdf, name = 'notes.pdf', courseId }: UploadWishes = {}) {
  const course = courseId === undefined ? [] : [{ field: 'courseId', content: courseId }]
  const response = await send(client, form(...course, { field: 'file', content, name }))
  assert.equal(response.statusCode, 201, response.body)
  return response.json()
}

/** Every object on the disk, whole or still on its way. */
export async function storedObjects({ dataDirectory }: Pick<Harness, 'dataDirectory'>): Promise<string[]> {
  const entries = await readdir(join(dataDirectory, 'files'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}
