import multipart from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { type Authentication, actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { courseNotFound } from '#modules/courses/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import { bodyTooLarge, overloaded, unsupportedMediaType } from '#platform/http/problems.ts'
import type { Server } from '#platform/http/server.ts'
import {
  formUnreadable,
  quotaExceeded,
  storageFull,
  storageUnavailable,
  tooManyUploads,
  typeRefused,
} from '../problems.ts'
import { File, UploadForm } from '../schemas.ts'
import type { Files } from '../service.ts'
import { toFile } from '../to-file.ts'
import { readUploadStart } from './form.ts'

// A form has little beside its file: boundaries, two headers, an id.
const FORM_BYTES = 64 * 1024
/** The slowest line that is still waited for, in bytes a second. */
const SLOWEST_RATE = 16 * 1024

export async function uploadRoutes(
  app: Server,
  { files, authentication }: { files: Files; authentication: Authentication },
): Promise<void> {
  authentication.signedIn(app)
  app.removeAllContentTypeParsers()
  await app.register(multipart)

  app.post(
    '/files',
    {
      config: { bodySeconds: 60 + files.limits.fileBytes / SLOWEST_RATE },
      // Documentation only: the form never is in memory as a whole, and `readUploadStart` checks it part by part.
      validatorCompiler: () => () => true,
      schema: {
        operationId: 'uploadFile',
        summary: 'Upload a file',
        description:
          'With `courseId` the staff and, as far as lessons use it, the students of that course may read it; without, its owner alone. The type is decided by the content; the name gets an extension that fits.',
        tags: ['files'],
        body: { content: { 'multipart/form-data': { schema: UploadForm } } },
        response: {
          201: File,
          ...problemResponses(
            formUnreadable,
            notAllowed,
            courseNotFound,
            quotaExceeded,
            bodyTooLarge,
            typeRefused,
            unsupportedMediaType,
            tooManyUploads,
            overloaded,
            storageFull,
            storageUnavailable,
          ),
        },
      },
    },
    async (request, reply) => {
      const file = await files.receive(principalOf(request).userId, isCutOff(request), async () => {
        requirePlausibleLength(request, files.limits.fileBytes)
        return files.storeUpload(principalOf(request), await readUploadStart(request), actorOf(request))
      })
      return reply
        .code(201)
        .header('location', `${request.url.split('?')[0]}/${file.id}`)
        .send(toFile(file))
    },
  )
}

function isCutOff({ raw }: FastifyRequest): () => boolean {
  return () => raw.destroyed && !raw.complete
}

/** Refuses before a byte of it is read what says of itself that it is too large. */
function requirePlausibleLength(request: FastifyRequest, fileBytes: number): void {
  const length = Number(request.headers['content-length'] ?? 0)
  if (length > fileBytes + FORM_BYTES) throw bodyTooLarge({ maxBytes: fileBytes })
}
