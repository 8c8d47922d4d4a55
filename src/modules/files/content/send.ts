import type { FastifyReply, FastifyRequest } from 'fastify'
import { matches } from '#platform/http/cached-body.ts'
import { counter } from '#platform/metrics/metrics.ts'
import { attachmentDisposition, inlineDisposition } from '#platform/storage/content-disposition.ts'
import { type ByteRange, ObjectMissing, RangeOutsideObject } from '#platform/storage/storage.ts'
import type { FileDeps } from '../deps.ts'
import { mediaTypeOf, servedType } from '../media/media-types.ts'
import { downloadBytesTotal, downloadsTotal } from '../metrics.ts'
import { contentLost, rangeNotSatisfiable } from '../problems.ts'
import type { FileRow } from '../queries.ts'
import { orStorageProblem } from '../storage-problems.ts'
import { mayContinue, wantedRange } from './range.ts'

/** Sends contents, whole or in part, as streams. */
export function createSending({ storage, metrics, frontendOrigins }: FileDeps) {
  const policies = contentPolicies(frontendOrigins)
  const count = counter(metrics, downloadsTotal)
  const countBytes = counter(metrics, downloadBytesTotal)

  /** Answers GET and HEAD, with `Range`, `If-Range` and `If-None-Match` (RFC 9110). */
  async function sendContent(request: FastifyRequest, reply: FastifyReply, file: FileRow): Promise<FastifyReply> {
    const etag = `"${file.sha256}"`
    reply.headers({ etag, 'cache-control': 'private, no-cache', 'accept-ranges': 'bytes' })
    const known = request.headers['if-none-match']
    if (known !== undefined && matches(known, etag)) {
      count({ outcome: 'not-modified' })
      return reply.code(304).send()
    }
    // HEAD describes the whole file; ranges are for GET alone.
    const range = request.method === 'GET' && mayContinue(request.headers['if-range'], etag)
    const wanted = wantedRange(range ? request.headers.range : undefined, file.size_bytes)
    if (wanted.kind === 'none') throw rangeNotSatisfiable({ sizeBytes: file.size_bytes })
    const part = wanted.kind === 'part' ? wanted : undefined
    const length = part ? part.end - part.start + 1 : file.size_bytes
    if (request.method === 'HEAD') {
      await stat(file)
      return describe(reply, file, length).send()
    }
    const stream = await open(file, part)
    describe(reply, file, length)
    if (part) reply.code(206).header('content-range', `bytes ${part.start}-${part.end}/${file.size_bytes}`)
    countWhenClosed(reply, length, part === undefined ? 'whole' : 'part')
    return reply.send(stream)
  }

  function describe(reply: FastifyReply, file: FileRow, length: number): FastifyReply {
    const isShown = mediaTypeOf(file.media_type).delivery === 'inline'
    // The older header cannot name origins, and counts for nothing beside `frame-ancestors`.
    if (isShown) reply.removeHeader('x-frame-options')
    return reply.headers({
      'content-type': servedType(file.media_type),
      'content-disposition': isShown ? inlineDisposition(file.name) : attachmentDisposition(file.name),
      'content-security-policy': isShown ? policies.shown : policies.saved,
      'content-length': length,
    })
  }

  async function open(file: FileRow, range: ByteRange | undefined) {
    const { stream } = await orContentLost(file, () => storage.get(file.storage_key, range))
    return stream
  }

  async function stat(file: FileRow): Promise<void> {
    await orContentLost(file, () => storage.stat(file.storage_key))
  }

  function countWhenClosed({ raw }: FastifyReply, length: number, outcome: 'whole' | 'part'): void {
    raw.once('close', () => {
      count({ outcome: raw.writableFinished ? outcome : 'aborted' })
      if (raw.writableFinished) countBytes({}, length)
    })
  }

  return { sendContent }
}

async function orContentLost<T>(file: FileRow, work: () => Promise<T>): Promise<T> {
  try {
    return await orStorageProblem(work)
  } catch (error) {
    const isLost = error instanceof ObjectMissing || error instanceof RangeOutsideObject
    throw isLost ? contentLost({ fileId: file.id }, error) : error
  }
}

/** What browsers may do with a file, by whether they show it. */
function contentPolicies(frontendOrigins: readonly string[]) {
  return {
    // The viewers of browsers are pages that load the file itself; the front ends may have them in a frame.
    shown: `default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors ${frontendOrigins.join(' ') || "'none'"}`,
    // Were one to show it after all, it could run nothing.
    saved: "sandbox; default-src 'none'; frame-ancestors 'none'",
  }
}
