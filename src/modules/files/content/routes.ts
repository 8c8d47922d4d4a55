import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Authentication } from '#modules/auth/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { contentLost, fileNotFound, linkNotValid, rangeNotSatisfiable, storageUnavailable } from '../problems.ts'
import { DownloadLink, FileParams, LinkParams } from '../schemas.ts'
import type { Files } from '../service.ts'

interface ContentRoutesDeps {
  readonly files: Files
  readonly authentication: Authentication
}

export async function contentRoutes(app: Server, deps: ContentRoutesDeps): Promise<void> {
  await app.register(readers, deps)
  await app.register(linked, deps)
}

const content = (description: string) => ({
  description,
  content: { 'application/octet-stream': { schema: Type.String({ format: 'binary' }) } },
})

const answers = {
  200: content('The content, under the type of the file.'),
  206: content('The part that `Range` asked for.'),
  304: { type: 'null', description: 'The client has it already.' },
} as const

const RangeHeaders = Type.Object({
  range: Type.Optional(Type.String({ description: 'One range of bytes, such as `bytes=0-1023`.' })),
  'if-range': Type.Optional(Type.String({ description: 'The ETag of the part that the client has.' })),
  'if-none-match': Type.Optional(Type.String({ description: 'The ETag of the content that the client has.' })),
})

async function readers(app: Server, { files, authentication }: ContentRoutesDeps): Promise<void> {
  authentication.maybeSignedIn(app)

  getAndHead(app, {
    url: '/files/:fileId/content',
    schema: {
      operationId: 'downloadFile',
      summary: 'Download the content of a file',
      description:
        'The ETag is the SHA-256 of the content. Types that could run scripts are sent as mere bytes to save.',
      tags: ['files'],
      params: FileParams,
      headers: RangeHeaders,
      response: {
        ...answers,
        ...problemResponses(fileNotFound, contentLost, rangeNotSatisfiable, storageUnavailable),
      },
    },
    handler: async (request, reply) => {
      const { fileId } = request.params as Static<typeof FileParams>
      return files.sendContent(request, reply, await files.readFile(request.principal, fileId))
    },
  })

  app.post(
    '/files/:fileId/link',
    {
      schema: {
        operationId: 'linkFile',
        summary: 'Make a short-lived download link',
        tags: ['files'],
        params: FileParams,
        response: { 200: DownloadLink, ...problemResponses(fileNotFound, storageUnavailable) },
      },
    },
    async (request, reply) => {
      const file = await files.readFile(request.principal, request.params.fileId)
      const link = await files.makeLink(file, (token) => addressOf(request, token))
      return reply.header('cache-control', 'no-store').send(link)
    },
  )
}

/** No access token here: the link is the permission. */
async function linked(app: Server, { files }: ContentRoutesDeps): Promise<void> {
  getAndHead(app, {
    url: '/files/content/:token',
    schema: {
      operationId: 'downloadLinkedFile',
      summary: 'Download by a short-lived link',
      tags: ['files'],
      params: LinkParams,
      headers: RangeHeaders,
      response: {
        ...answers,
        ...problemResponses(linkNotValid, contentLost, rangeNotSatisfiable, storageUnavailable),
      },
    },
    handler: async (request, reply) => {
      const { token } = request.params as Static<typeof LinkParams>
      const file = await files.linkedFile(token)
      allowEmbedding(reply)
      return files.sendContent(request, reply, file)
    },
  })
}

/** HEAD has a route of its own: Fastify's would read the whole content and throw it away. */
function getAndHead(app: Server, route: Omit<RouteOptions, 'method'>): void {
  app.route({ ...route, method: 'HEAD' })
  app.route({ ...route, method: 'GET' })
}

/** Whoever has the link may put it into a page of his own, as a picture or video. */
function allowEmbedding(reply: FastifyReply): void {
  reply.header('cross-origin-resource-policy', 'cross-origin')
}

function addressOf({ protocol, host, url }: FastifyRequest, token: string): string {
  // …/files/<id>/link
  const folder = url.split('?')[0]?.split('/').slice(0, -2).join('/')
  return `${protocol}://${host}${folder}/content/${token}`
}
