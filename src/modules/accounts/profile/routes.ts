import { Type } from 'typebox'
import {
  type Authentication,
  actorOf,
  clientOf,
  principalOf,
  tooManyAttempts,
  wrongPassword,
} from '#modules/auth/index.ts'
import { User } from '#modules/users/index.ts'
import { etagOf, requireMatch, sendVersioned } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import type { Accounts } from '../service.ts'
import { ChangePasswordBody, ChangeProfileBody } from './schemas.ts'

interface ProfileRoutesDeps {
  readonly accounts: Accounts
  readonly authentication: Authentication
}

/** What a person does with his own account. */
export async function profileRoutes(app: Server, { accounts, authentication }: ProfileRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.get(
    '/users/me',
    {
      config: { versioned: true },
      schema: { operationId: 'getMe', summary: 'My account', tags: ['account'], response: { 200: User } },
    },
    async (request, reply) => {
      const { version, body } = await accounts.ownAccount(principalOf(request))
      return sendVersioned(request, reply, version, body)
    },
  )

  app.patch(
    '/users/me',
    {
      config: { versioned: true },
      schema: {
        operationId: 'changeMe',
        summary: 'Change my profile',
        tags: ['account'],
        body: ChangeProfileBody,
        response: { 200: User },
      },
    },
    async (request, reply) => {
      const { version, body } = await accounts.changeOwnProfile(
        principalOf(request),
        request.body,
        (present) => requireMatch(request, present),
        actorOf(request),
      )
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.post(
    '/users/me/password',
    {
      schema: {
        operationId: 'changeMyPassword',
        summary: 'Change my password',
        tags: ['account'],
        body: ChangePasswordBody,
        response: {
          204: Type.Null({ description: 'Changed; every other session has ended.' }),
          ...problemResponses(wrongPassword, tooManyAttempts),
        },
      },
    },
    async (request, reply) => {
      await accounts.changeOwnPassword(principalOf(request), request.body, clientOf(request), actorOf(request))
      return reply.code(204).send(null)
    },
  )
}
