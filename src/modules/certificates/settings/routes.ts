import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { type Authentication, actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { courseNotFound } from '#modules/courses/index.ts'
import { etagOf, requireMatch, sendVersioned } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { inlineDisposition } from '#platform/storage/content-disposition.ts'
import { documentPolicy } from '../document/routes.ts'
import { CertificateSettings, CertificateSettingsBody, CourseParams, PreviewBody } from '../schemas.ts'
import type { Certificates } from '../service.ts'

interface SettingsRoutesDeps {
  readonly certificates: Certificates
  readonly authentication: Authentication
}

const tags = ['certificates']

export async function settingsRoutes(app: Server, { certificates, authentication }: SettingsRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.get(
    '/courses/:courseId/certificate-settings',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getCertificateSettings',
        summary: 'Read whether a course certifies, and how (staff)',
        tags,
        params: CourseParams,
        response: { 200: CertificateSettings, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { version, body } = await certificates.readSettings(principalOf(request), request.params.courseId)
      return sendVersioned(request, reply, version, body)
    },
  )

  app.put(
    '/courses/:courseId/certificate-settings',
    {
      config: { versioned: true },
      schema: {
        operationId: 'changeCertificateSettings',
        summary: 'Set whether a course certifies, and how (staff)',
        description:
          'What was issued stays as it is. Switched on, everybody who has completed the course gets a certificate.',
        tags,
        params: CourseParams,
        body: CertificateSettingsBody,
        response: { 200: CertificateSettings, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { version, body } = await certificates.changeSettings(
        principalOf(request),
        request.params.courseId,
        request.body,
        (current) => requireMatch(request, current),
        actorOf(request),
      )
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.post(
    '/courses/:courseId/certificate-settings/preview',
    {
      schema: {
        operationId: 'previewCertificate',
        summary: 'See what certificates with these settings would look like (staff)',
        description: 'A PDF marked as a specimen, for a holder of any name. Nothing is stored.',
        tags,
        params: CourseParams,
        body: PreviewBody,
        response: {
          200: {
            description: 'The PDF.',
            content: { 'application/pdf': { schema: Type.String({ format: 'binary' }) } },
          },
          ...problemResponses(courseNotFound, notAllowed),
        },
      },
    },
    async (request, reply) => {
      const pdf = await certificates.previewCertificate(principalOf(request), request.params.courseId, request.body)
      return sendPreview(reply, pdf)
    },
  )
}

function sendPreview(reply: FastifyReply, pdf: Uint8Array): FastifyReply {
  return reply
    .headers({
      'content-type': 'application/pdf',
      'cache-control': 'no-store',
      'content-disposition': inlineDisposition('certificate-specimen.pdf'),
      'content-security-policy': documentPolicy,
    })
    .send(Buffer.from(pdf))
}
