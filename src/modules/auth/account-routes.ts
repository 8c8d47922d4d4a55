import { User } from '#modules/users/index.ts'
import type { Server } from '#platform/http/server.ts'
import { type Authentication, principalOf } from './authentication.ts'
import type { Auth } from './service.ts'

/** What a person does with his own account. */
export async function accountRoutes(
  app: Server,
  { auth, authentication }: { auth: Auth; authentication: Authentication },
): Promise<void> {
  authentication.signedIn(app)

  app.get(
    '/users/me',
    { schema: { operationId: 'getMe', summary: 'My account', tags: ['account'], response: { 200: User } } },
    async (request, reply) => reply.send(await auth.ownAccount(principalOf(request))),
  )
}
