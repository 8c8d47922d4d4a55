import { Type } from 'typebox'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { type Authentication, actorOf, principalOf } from '../authentication.ts'
import { clientOf } from '../client.ts'
import {
  tooManyAttempts,
  totpAlreadyEnabled,
  totpNotEnabled,
  totpUnreadable,
  wrongPassword,
  wrongTotpCode,
} from '../problems.ts'
import type { Auth } from '../service.ts'
import { ConfirmTotpBody, EnrollTotpBody, RecoveryCodes, TotpEnrollment, TotpProofBody, TotpStatus } from './schemas.ts'

interface TotpRoutesDeps {
  readonly auth: Auth
  readonly authentication: Authentication
}

/** A person's own second factor. Answers that hold a secret are never stored on the way. */
export async function totpRoutes(app: Server, { auth, authentication }: TotpRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.get(
    '/users/me/totp',
    {
      schema: {
        operationId: 'getMyTotp',
        summary: 'Is my second factor on',
        tags: ['account'],
        response: { 200: TotpStatus },
      },
    },
    async (request, reply) => reply.send(await auth.totpStatus(principalOf(request))),
  )

  app.post(
    '/users/me/totp',
    {
      schema: {
        operationId: 'enrollTotp',
        summary: 'Begin to switch my second factor on',
        tags: ['account'],
        body: EnrollTotpBody,
        response: { 200: TotpEnrollment, ...problemResponses(wrongPassword, totpAlreadyEnabled, tooManyAttempts) },
      },
    },
    async (request, reply) => {
      const { password } = request.body
      const enrollment = await auth.enrollTotp(principalOf(request), password, clientOf(request), actorOf(request))
      return reply.header('cache-control', 'no-store').send(enrollment)
    },
  )

  app.post(
    '/users/me/totp/confirm',
    {
      schema: {
        operationId: 'confirmTotp',
        summary: 'Switch my second factor on',
        tags: ['account'],
        body: ConfirmTotpBody,
        response: {
          200: RecoveryCodes,
          ...problemResponses(wrongTotpCode, totpAlreadyEnabled, totpNotEnabled, totpUnreadable),
        },
      },
    },
    async (request, reply) => {
      const codes = await auth.confirmTotp(principalOf(request), request.body.code, actorOf(request))
      return reply.header('cache-control', 'no-store').send(codes)
    },
  )

  app.post(
    '/users/me/totp/disable',
    {
      schema: {
        operationId: 'disableTotp',
        summary: 'Switch my second factor off',
        tags: ['account'],
        body: TotpProofBody,
        response: {
          204: Type.Null({ description: 'A password alone logs in again; the recovery codes are void.' }),
          ...problemResponses(wrongPassword, wrongTotpCode, totpNotEnabled, totpUnreadable, tooManyAttempts),
        },
      },
    },
    async (request, reply) => {
      await auth.disableTotp(principalOf(request), request.body, clientOf(request), actorOf(request))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/users/me/totp/recovery-codes',
    {
      schema: {
        operationId: 'replaceRecoveryCodes',
        summary: 'Replace my recovery codes',
        tags: ['account'],
        body: TotpProofBody,
        response: {
          200: RecoveryCodes,
          ...problemResponses(wrongPassword, wrongTotpCode, totpNotEnabled, totpUnreadable, tooManyAttempts),
        },
      },
    },
    async (request, reply) => {
      const by = principalOf(request)
      const codes = await auth.replaceOwnRecoveryCodes(by, request.body, clientOf(request), actorOf(request))
      return reply.header('cache-control', 'no-store').send(codes)
    },
  )
}
