import type { Readable } from 'node:stream'
import type { Multipart, MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { Value } from 'typebox/value'
import { invalidRequest } from '#platform/http/problems.ts'
import { formUnreadable } from '../problems.ts'
import { UploadForm } from '../schemas.ts'

/** An upload up to where its content begins. */
export interface UploadStart {
  readonly courseId: string | undefined
  /** As the client gave it. */
  readonly name: string | undefined
  readonly content: Readable
  /** To be called once the content is read: throws unless the form ends there. */
  finish(): Promise<void>
}

const limits = { fieldSize: 1000, fields: 5, files: 2, parts: 7, headerPairs: 20, headerSize: 16_384 }

/** Reads the form up to the beginning of the file, of which nothing is read. */
export async function readUploadStart(request: FastifyRequest): Promise<UploadStart> {
  // How large the content may be is for the storage to say, which ends the upload there: this parser would go on and
  // throw the rest away.
  const parts = request.parts({ limits: { ...limits, fileSize: Number.POSITIVE_INFINITY } })
  let courseId: string | undefined
  for (;;) {
    const part = await nextPart(parts)
    if (!part) throw refuse('file', 'is required')
    if (isFile(part)) {
      return { courseId, name: part.filename, content: part.file, finish: () => requireEnd(parts) }
    }
    if (courseId !== undefined) throw refuse('courseId', 'must be given once')
    courseId = courseIdOf(part)
  }
}

function isFile(part: Multipart): part is MultipartFile {
  if (part.fieldname === 'file') {
    if (part.type === 'file') return true
    throw refuse('file', 'must be a file: its part needs a `filename`')
  }
  if (part.fieldname === 'courseId' && part.type === 'field') return false
  throw refuse(part.fieldname ?? '', 'is not a known field; remove it')
}

function courseIdOf(part: Multipart): string {
  const { value } = part
  if (typeof value === 'string' && Value.Check(UploadForm.properties.courseId, value)) return value
  throw refuse('courseId', 'must be a valid UUID')
}

async function requireEnd(parts: AsyncIterator<Multipart>): Promise<void> {
  const part = await nextPart(parts)
  if (!part) return
  if (part.type === 'file') throw refuse('file', 'must be the only file of the form')
  throw refuse(part.fieldname, 'must stand before `file`')
}

async function nextPart(parts: AsyncIterator<Multipart>): Promise<Multipart | undefined> {
  try {
    const { value, done } = await parts.next()
    return done ? undefined : value
  } catch (error) {
    throw formUnreadable({ reason: error instanceof Error ? error.message : 'unknown' }, error)
  }
}

function refuse(field: string, message: string): Error {
  return invalidRequest({ errors: [{ pointer: `/body/${field.slice(0, 100)}`, message }] })
}
