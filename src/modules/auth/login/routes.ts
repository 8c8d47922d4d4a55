import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { actorOf } from '../authentication.ts'
import { clientOf } from '../client.ts'
import {
  challengeInvalid,
  secondFactorRequired,
  tooManyAttempts,
  totpUnreadable,
  wrongCode,
  wrongCredentials,
} from '../problems.ts'
import type { Auth } from '../service.ts'
import { Tokens } from '../sessions/schemas.ts'
import { LoginBody, SecondFactorBody } from './schemas.ts'

export async function loginRoutes(app: Server, { auth }: { auth: Auth }): Promise<void> {
  app.post(
    '/auth/login',
    {
      config: { duringMaintenance: true },
      schema: {
        operationId: 'login',
        summary: 'Log in with mail address and password',
        tags: ['auth'],
        body: LoginBody,
        response: { 200: Tokens, ...problemResponses(wrongCredentials, secondFactorRequired, tooManyAttempts) },
      },
    },
    async (request, reply) => {
      const tokens = await auth.login(request.body, clientOf(request), actorOf(request))
      return reply.header('cache-control', 'no-store').send(tokens)
    },
  )

  app.post(
    '/auth/login/second-factor',
    {
      config: { duringMaintenance: true },
      schema: {
        operationId: 'answerChallenge',
        summary: 'End a login with a code of the authenticator app',
        tags: ['auth'],
        body: SecondFactorBody,
        response: { 200: Tokens, ...problemResponses(wrongCode, challengeInvalid, totpUnreadable, tooManyAttempts) },
      },
    },
    async (request, reply) => {
      const tokens = await auth.answerChallenge(request.body, clientOf(request), actorOf(request))
      return reply.header('cache-control', 'no-store').send(tokens)
    },
  )
}
