import { Type } from 'typebox'
import { Page, PageQuery } from '#platform/http/pagination.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { type Authentication, actorOf, principalOf } from '../authentication.ts'
import { refreshTokenInvalid, sessionNotFound } from '../problems.ts'
import type { Auth } from '../service.ts'
import { RefreshBody, Session, SessionParams, Tokens } from './schemas.ts'

interface SessionRoutesDeps {
  readonly auth: Auth
  readonly authentication: Authentication
}

export async function sessionRoutes(app: Server, deps: SessionRoutesDeps): Promise<void> {
  app.post(
    '/auth/refresh',
    {
      config: { duringMaintenance: true },
      schema: {
        operationId: 'refresh',
        summary: 'Exchange a refresh token for new tokens',
        tags: ['auth'],
        body: RefreshBody,
        response: { 200: Tokens, ...problemResponses(refreshTokenInvalid) },
      },
    },
    async (request, reply) => {
      const tokens = await deps.auth.refresh(request.body.refreshToken, actorOf(request))
      return reply.header('cache-control', 'no-store').send(tokens)
    },
  )
  await app.register(ownSessions, deps)
}

async function ownSessions(app: Server, { auth, authentication }: SessionRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.post(
    '/auth/logout',
    {
      config: { duringMaintenance: true },
      schema: {
        operationId: 'logOut',
        summary: 'Log out here',
        tags: ['auth'],
        response: { 204: Type.Null({ description: 'This session has ended; its tokens are void.' }) },
      },
    },
    async (request, reply) => {
      await auth.logOut(principalOf(request), actorOf(request))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/auth/logout-everywhere',
    {
      schema: {
        operationId: 'logOutEverywhere',
        summary: 'Log out on every device',
        tags: ['auth'],
        response: { 204: Type.Null({ description: 'All sessions have ended, this one too; all tokens are void.' }) },
      },
    },
    async (request, reply) => {
      await auth.logOutEverywhere(principalOf(request), actorOf(request))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/users/me/sessions',
    {
      schema: {
        operationId: 'listMySessions',
        summary: 'Where I am logged in',
        tags: ['account'],
        querystring: PageQuery,
        response: { 200: Page(Session) },
      },
    },
    async (request, reply) => reply.send(await auth.listSessions(principalOf(request), request.query)),
  )

  app.delete(
    '/users/me/sessions/:sessionId',
    {
      schema: {
        operationId: 'endMySession',
        summary: 'Log out on one device',
        tags: ['account'],
        params: SessionParams,
        response: { 204: Type.Null({ description: 'The session has ended.' }), ...problemResponses(sessionNotFound) },
      },
    },
    async (request, reply) => {
      await auth.endOwnSession(principalOf(request), request.params.sessionId, actorOf(request))
      return reply.code(204).send(null)
    },
  )
}
