import { emailTaken, User } from '#modules/users/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { actorOf } from './authentication.ts'
import { refreshTokenInvalid, wrongCredentials } from './problems.ts'
import { LoginBody, RefreshBody, RegisterBody, Tokens } from './schemas.ts'
import type { Auth } from './service.ts'

export async function authRoutes(app: Server, { auth }: { auth: Auth }): Promise<void> {
  app.post(
    '/auth/register',
    {
      schema: {
        operationId: 'register',
        summary: 'Register as a student',
        tags: ['auth'],
        body: RegisterBody,
        response: { 201: User, ...problemResponses(emailTaken) },
      },
    },
    async (request, reply) => reply.code(201).send(await auth.register(request.body, actorOf(request))),
  )

  app.post(
    '/auth/login',
    {
      schema: {
        operationId: 'login',
        summary: 'Log in with mail address and password',
        tags: ['auth'],
        body: LoginBody,
        response: { 200: Tokens, ...problemResponses(wrongCredentials) },
      },
    },
    async (request, reply) => {
      const client = { network: request.ip, userAgent: request.headers['user-agent'] ?? '' }
      return reply.header('cache-control', 'no-store').send(await auth.login(request.body, client, actorOf(request)))
    },
  )

  app.post(
    '/auth/refresh',
    {
      schema: {
        operationId: 'refresh',
        summary: 'Exchange a refresh token for new tokens',
        tags: ['auth'],
        body: RefreshBody,
        response: { 200: Tokens, ...problemResponses(refreshTokenInvalid) },
      },
    },
    async (request, reply) =>
      reply.header('cache-control', 'no-store').send(await auth.refresh(request.body.refreshToken, actorOf(request))),
  )
}
