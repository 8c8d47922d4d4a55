import { actorOf } from '#modules/auth/index.ts'
import { emailTaken, User } from '#modules/users/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { setupNotPossible } from '../problems.ts'
import type { Accounts } from '../service.ts'
import { SetupBody } from './schemas.ts'

export async function setupRoutes(app: Server, { accounts }: { accounts: Accounts }): Promise<void> {
  app.post(
    '/auth/setup',
    {
      schema: {
        operationId: 'setUp',
        summary: 'Make the first administrator with the setup token',
        tags: ['auth'],
        body: SetupBody,
        response: { 201: User, ...problemResponses(setupNotPossible, emailTaken) },
      },
    },
    async (request, reply) => reply.code(201).send(await accounts.setUp(request.body, actorOf(request))),
  )
}
