import { actorOf, clientOf, tooManyAttempts } from '#modules/auth/index.ts'
import { emailTaken, User } from '#modules/users/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import type { Accounts } from '../service.ts'
import { RegisterBody } from './schemas.ts'

export async function registrationRoutes(app: Server, { accounts }: { accounts: Accounts }): Promise<void> {
  app.post(
    '/auth/register',
    {
      schema: {
        operationId: 'register',
        summary: 'Register as a student',
        tags: ['auth'],
        body: RegisterBody,
        response: { 201: User, ...problemResponses(emailTaken, tooManyAttempts) },
      },
    },
    async (request, reply) => {
      const user = await accounts.register(request.body, clientOf(request), actorOf(request))
      return reply.code(201).send(user)
    },
  )
}
