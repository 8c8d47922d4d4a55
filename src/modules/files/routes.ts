import { Type } from 'typebox'
import { type Authentication, actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { Page } from '#platform/http/pagination.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { contentRoutes } from './content/routes.ts'
import { fileInUse, fileNotFound } from './problems.ts'
import { File, FileParams, MyFilesQuery } from './schemas.ts'
import type { Files } from './service.ts'
import { toFile } from './to-file.ts'
import { uploadRoutes } from './upload/routes.ts'

interface FileRoutesDeps {
  readonly files: Files
  readonly authentication: Authentication
}

/** Everything under /files, and the list of one's own. */
export async function filesRoutes(app: Server, deps: FileRoutesDeps): Promise<void> {
  await app.register(uploadRoutes, deps)
  await app.register(contentRoutes, deps)
  await app.register(readers, deps)
  await app.register(owners, deps)
}

/** Who may know of a file is decided in `access.ts`. */
async function readers(app: Server, { files, authentication }: FileRoutesDeps): Promise<void> {
  authentication.maybeSignedIn(app)

  app.get(
    '/files/:fileId',
    {
      schema: {
        operationId: 'getFile',
        summary: 'Read what is known of a file',
        tags: ['files'],
        params: FileParams,
        response: { 200: File, ...problemResponses(fileNotFound) },
      },
    },
    async (request, reply) => reply.send(toFile(await files.readFile(request.principal, request.params.fileId))),
  )
}

async function owners(app: Server, { files, authentication }: FileRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.get(
    '/users/me/files',
    {
      schema: {
        operationId: 'listMyFiles',
        summary: 'List the files I uploaded',
        tags: ['files'],
        querystring: MyFilesQuery,
        response: { 200: Page(File) },
      },
    },
    async (request, reply) => reply.send(await files.listOwnFiles(principalOf(request), request.query)),
  )

  app.delete(
    '/files/:fileId',
    {
      schema: {
        operationId: 'deleteFile',
        summary: 'Delete a file that no lesson uses',
        tags: ['files'],
        params: FileParams,
        response: { 204: Type.Null(), ...problemResponses(fileNotFound, notAllowed, fileInUse) },
      },
    },
    async (request, reply) => {
      await files.deleteFile(principalOf(request), request.params.fileId, actorOf(request))
      return reply.code(204).send(null)
    },
  )
}
