import type { FastifyReply, FastifyRequest } from 'fastify'
import { addVary } from '#platform/http/cors.ts'
import { pagePolicy } from '#platform/http/pages/page.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { Problem } from '#platform/problem/problem.ts'
import { certificateNotFound, numberMistyped } from '../problems.ts'
import { KeySet, NumberParams, Verification } from '../schemas.ts'
import type { Certificates } from '../service.ts'
import { refusalPage, verificationPage } from './page.ts'

/** For everybody, without a token: whether a certificate counts, and the keys that signed it. */
export async function verificationRoutes(app: Server, { certificates }: { certificates: Certificates }): Promise<void> {
  app.get(
    '/certificates/keys',
    {
      schema: {
        operationId: 'listCertificateKeys',
        summary: 'Read the public keys that certificates are signed with (JWKS)',
        tags: ['certificates'],
        response: { 200: KeySet },
      },
    },
    async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=300').send(await certificates.publicKeys()),
  )

  app.get(
    '/certificates/:number',
    {
      schema: {
        operationId: 'verifyCertificate',
        summary: 'Verify a certificate by its number',
        description: 'For everybody. A browser gets a page (`Accept: text/html`).',
        tags: ['certificates'],
        params: NumberParams,
        response: { 200: Verification, ...problemResponses(numberMistyped, certificateNotFound) },
      },
    },
    async (request, reply) => {
      addVary(reply, 'Accept')
      reply.header('cache-control', 'no-store')
      if (!wantsPage(request)) return reply.send(await certificates.verify(request.params.number))
      return sendPage(reply, certificates, request.params.number)
    },
  )
}

async function sendPage(reply: FastifyReply, certificates: Certificates, number: string): Promise<FastifyReply> {
  const { issuerName } = certificates
  let page: string
  try {
    page = verificationPage(issuerName, await certificates.verify(number))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    page = refusalPage(issuerName, error)
    reply.code(error.status)
  }
  // The page is text already: no serializer of the route is for it.
  return reply
    .header('content-security-policy', pagePolicy)
    .serializer((text: string) => text)
    .type('text/html; charset=utf-8')
    .send(page)
}

function wantsPage({ headers: { accept = '' } }: FastifyRequest): boolean {
  return accept.includes('text/html')
}
