import { type Authentication, actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { courseNotFound } from '#modules/courses/index.ts'
import { enrollmentNotFound } from '#modules/enrollments/index.ts'
import { PageQuery } from '#platform/http/pagination.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { documentRoutes } from './document/routes.ts'
import {
  certificateNotFound,
  certificateRevoked,
  certificatesOff,
  gradeTooLow,
  notCompleted,
  notReissuable,
  numberMistyped,
} from './problems.ts'
import {
  Certificate,
  CertificatePage,
  CourseParams,
  EnrollmentParams,
  KeySet,
  NumberParams,
  ReasonBody,
} from './schemas.ts'
import type { Certificates } from './service.ts'
import { settingsRoutes } from './settings/routes.ts'
import { verificationRoutes } from './verification/routes.ts'

interface CertificateRoutesDeps {
  readonly certificates: Certificates
  readonly authentication: Authentication
}

const tags = ['certificates']

export async function certificateRoutes(app: Server, deps: CertificateRoutesDeps): Promise<void> {
  await app.register(verificationRoutes, deps)
  await app.register(documentRoutes, deps)
  await app.register(settingsRoutes, deps)
  await app.register(listRoutes, deps)
  await app.register(staffRoutes, deps)
  await app.register(keyRoutes, deps)
}

async function listRoutes(app: Server, { certificates, authentication }: CertificateRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.get(
    '/users/me/certificates',
    {
      schema: {
        operationId: 'listMyCertificates',
        summary: 'List my certificates, newest first',
        tags,
        querystring: PageQuery,
        response: { 200: CertificatePage },
      },
    },
    async (request, reply) => reply.send(await certificates.listMine(principalOf(request), request.query)),
  )

  app.get(
    '/courses/:courseId/certificates',
    {
      schema: {
        operationId: 'listCourseCertificates',
        summary: 'List the certificates of a course (staff), newest first',
        tags,
        params: CourseParams,
        querystring: PageQuery,
        response: { 200: CertificatePage, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) =>
      reply.send(await certificates.listOfCourse(principalOf(request), request.params.courseId, request.query)),
  )
}

async function staffRoutes(app: Server, { certificates, authentication }: CertificateRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.post(
    '/enrollments/:enrollmentId/certificate',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'issueCertificate',
        summary: 'Issue the certificate of an enrollment now (staff)',
        description: 'It follows by itself when the course is completed. 201: issued. 200: the one there is.',
        tags,
        params: EnrollmentParams,
        response: {
          200: Certificate,
          201: Certificate,
          ...problemResponses(enrollmentNotFound, notAllowed, certificatesOff, notCompleted, gradeTooLow),
        },
      },
    },
    async (request, reply) => {
      const { enrollmentId } = request.params
      const { isNew, certificate } = await certificates.issueNow(principalOf(request), enrollmentId, actorOf(request))
      return reply.code(isNew ? 201 : 200).send(certificate)
    },
  )

  app.post(
    '/certificates/:number/revoke',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'revokeCertificate',
        summary: 'Revoke a certificate (staff)',
        description: 'For good. Its holder is told the reason; who verifies it is told only that it was revoked.',
        tags,
        params: NumberParams,
        body: ReasonBody,
        response: {
          200: Certificate,
          ...problemResponses(numberMistyped, certificateNotFound, notAllowed, certificateRevoked),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request
      const wish = { caller: principalOf(request), actor: actorOf(request), ...params, ...body }
      return reply.send(await certificates.revoke(wish))
    },
  )

  app.post(
    '/certificates/:number/reissue',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'reissueCertificate',
        summary: 'Issue another certificate in the place of this one (staff)',
        description: 'With a new number and the name, grade and template of today: after a name has changed, say.',
        tags,
        params: NumberParams,
        body: ReasonBody,
        response: {
          201: Certificate,
          ...problemResponses(numberMistyped, certificateNotFound, notAllowed, certificateRevoked, notReissuable),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request
      const wish = { caller: principalOf(request), actor: actorOf(request), ...params, ...body }
      return reply.code(201).send(await certificates.reissue(wish))
    },
  )
}

async function keyRoutes(app: Server, { certificates, authentication }: CertificateRoutesDeps): Promise<void> {
  authentication.signedIn(app)
  authentication.withRole(app, 'administrator')

  app.post(
    '/certificates/keys/rotate',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'rotateCertificateKey',
        summary: 'Sign certificates with a new key from now on (administrators)',
        description: 'The old keys stay published: what they have signed stays verifiable.',
        tags,
        response: { 200: KeySet },
      },
    },
    async (request, reply) => reply.send(await certificates.rotateKey(actorOf(request))),
  )
}
