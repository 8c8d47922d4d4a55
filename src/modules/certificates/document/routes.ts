import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { type Authentication, notAllowed, principalOf } from '#modules/auth/index.ts'
import { matches } from '#platform/http/cached-body.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { attachmentDisposition } from '#platform/storage/content-disposition.ts'
import { formatNumber } from '../numbers/number.ts'
import {
  certificateNotFound,
  certificateRevoked,
  documentFailed,
  documentNotReady,
  documentUnavailable,
  numberMistyped,
} from '../problems.ts'
import { NumberParams } from '../schemas.ts'
import type { Certificates } from '../service.ts'
import type { StoredDocument } from './download.ts'

interface DocumentRoutesDeps {
  readonly certificates: Certificates
  readonly authentication: Authentication
}

/** A document runs nothing, wherever a browser shows it. */
export const documentPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'"

export async function documentRoutes(app: Server, { certificates, authentication }: DocumentRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.get(
    '/certificates/:number/document',
    {
      schema: {
        operationId: 'downloadCertificate',
        summary: 'Download the PDF of a certificate (its holder, staff)',
        tags: ['certificates'],
        params: NumberParams,
        response: {
          200: {
            description: 'The PDF, with its fonts and the signed credential inside.',
            content: { 'application/pdf': { schema: Type.String({ format: 'binary' }) } },
          },
          304: { type: 'null', description: 'The client has it already.' },
          ...problemResponses(
            numberMistyped,
            certificateNotFound,
            notAllowed,
            certificateRevoked,
            documentNotReady,
            documentFailed,
            documentUnavailable,
          ),
        },
      },
    },
    async (request, reply) => {
      const document = await certificates.openDocument(principalOf(request), request.params.number)
      return sendDocument(request.headers['if-none-match'], reply, document)
    },
  )

  app.get(
    '/certificates/:number/credential',
    {
      schema: {
        operationId: 'downloadCredential',
        summary: 'Download the signed credential of a certificate (its holder, staff)',
        description:
          'A JWS in compact form, signed with Ed25519 (`EdDSA`). Its payload is an achievement in the vocabulary of Open Badges 3.0; `kid` names the key in `GET /certificates/keys`. Verifying it needs no connection; whether it was revoked since tells `GET /certificates/{number}`.',
        tags: ['certificates'],
        params: NumberParams,
        response: {
          200: { description: 'The JWS.', content: { 'application/vc+jwt': { schema: Type.String() } } },
          ...problemResponses(numberMistyped, certificateNotFound, notAllowed, certificateRevoked),
        },
      },
    },
    async (request, reply) => {
      const row = await certificates.readCredential(principalOf(request), request.params.number)
      return reply
        .headers({
          'content-type': 'application/vc+jwt',
          'cache-control': 'private, no-cache',
          'content-disposition': attachmentDisposition(`certificate-${formatNumber(row.number)}.jwt`),
        })
        .send(row.credential)
    },
  )
}

function sendDocument(known: string | undefined, reply: FastifyReply, document: StoredDocument): FastifyReply {
  const { row, stream, sizeBytes } = document
  const etag = `"${row.document_sha256}"`
  reply.headers({ etag, 'cache-control': 'private, no-cache' })
  if (known !== undefined && matches(known, etag)) {
    stream.destroy()
    return reply.code(304).send()
  }
  return reply
    .headers({
      'content-type': 'application/pdf',
      'content-length': sizeBytes,
      'content-disposition': attachmentDisposition(`certificate-${formatNumber(row.number)}.pdf`),
      'content-security-policy': documentPolicy,
    })
    .send(stream)
}
