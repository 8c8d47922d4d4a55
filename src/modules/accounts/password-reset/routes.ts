import { Type } from 'typebox'
import { actorOf, clientOf, tooManyAttempts } from '#modules/auth/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { linkInvalid } from '../problems.ts'
import { LinkToken, NewPassword } from '../schemas.ts'
import type { Accounts } from '../service.ts'

const ForgotPasswordBody = Type.Object(
  { email: Type.String({ minLength: 1, maxLength: 254 }) },
  { additionalProperties: false },
)
const ResetPasswordBody = Type.Object({ token: LinkToken, newPassword: NewPassword }, { additionalProperties: false })

export async function passwordResetRoutes(app: Server, { accounts }: { accounts: Accounts }): Promise<void> {
  app.post(
    '/auth/forgot-password',
    {
      schema: {
        operationId: 'forgotPassword',
        summary: 'Ask for a link to choose a new password',
        tags: ['auth'],
        body: ForgotPasswordBody,
        response: {
          204: Type.Null({ description: 'If there is such an account, a mail is on its way. Always the same answer.' }),
          ...problemResponses(tooManyAttempts),
        },
      },
    },
    async (request, reply) => {
      await accounts.requestReset(request.body.email, clientOf(request), actorOf(request))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/auth/reset-password',
    {
      schema: {
        operationId: 'resetPassword',
        summary: 'Choose a new password with the mailed link',
        tags: ['auth'],
        body: ResetPasswordBody,
        response: {
          204: Type.Null({ description: 'Changed; all sessions have ended. Log in with the new password.' }),
          ...problemResponses(linkInvalid),
        },
      },
    },
    async (request, reply) => {
      await accounts.resetPassword(request.body, clientOf(request), actorOf(request))
      return reply.code(204).send(null)
    },
  )
}
