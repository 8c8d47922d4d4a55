import { Type } from 'typebox'
import { actorOf } from '#modules/auth/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { linkInvalid } from '../problems.ts'
import { LinkToken, NewPassword } from '../schemas.ts'
import type { Accounts } from '../service.ts'

export async function invitationRoutes(app: Server, { accounts }: { accounts: Accounts }): Promise<void> {
  app.post(
    '/auth/accept-invitation',
    {
      schema: {
        operationId: 'acceptInvitation',
        summary: 'Choose the first password with the mailed link',
        tags: ['auth'],
        body: Type.Object({ token: LinkToken, password: NewPassword }, { additionalProperties: false }),
        response: {
          204: Type.Null({ description: 'The account is open. Log in with the new password.' }),
          ...problemResponses(linkInvalid),
        },
      },
    },
    async (request, reply) => {
      await accounts.acceptInvitation(request.body, actorOf(request))
      return reply.code(204).send(null)
    },
  )
}
