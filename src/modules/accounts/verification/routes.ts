import { Type } from 'typebox'
import { type Authentication, actorOf, clientOf, principalOf, tooManyAttempts } from '#modules/auth/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { emailAlreadyVerified, linkInvalid } from '../problems.ts'
import { LinkToken } from '../schemas.ts'
import type { Accounts } from '../service.ts'

interface VerificationRoutesDeps {
  readonly accounts: Accounts
  readonly authentication: Authentication
}

export async function verificationRoutes(app: Server, deps: VerificationRoutesDeps): Promise<void> {
  app.post(
    '/auth/verify-email',
    {
      schema: {
        operationId: 'verifyEmail',
        summary: 'Verify a mail address with the link mailed to it',
        tags: ['auth'],
        body: Type.Object({ token: LinkToken }, { additionalProperties: false }),
        response: { 204: Type.Null({ description: 'Verified.' }), ...problemResponses(linkInvalid) },
      },
    },
    async (request, reply) => {
      await deps.accounts.verifyEmail(request.body.token, actorOf(request))
      return reply.code(204).send(null)
    },
  )
  await app.register(requests, deps)
}

async function requests(app: Server, { accounts, authentication }: VerificationRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.post(
    '/users/me/verification-mail',
    {
      schema: {
        operationId: 'requestVerificationMail',
        summary: 'Mail me a new link to verify my address',
        tags: ['account'],
        response: {
          204: Type.Null({ description: 'The mail is on its way.' }),
          ...problemResponses(emailAlreadyVerified, tooManyAttempts),
        },
      },
    },
    async (request, reply) => {
      await accounts.requestVerification(principalOf(request), clientOf(request), actorOf(request))
      return reply.code(204).send(null)
    },
  )
}
