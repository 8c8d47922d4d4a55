import { Type } from 'typebox'
import { type Authentication, actorOf, principalOf, totpNotEnabled } from '#modules/auth/index.ts'
import { emailTaken, User, userNotFound } from '#modules/users/index.ts'
import { etagOf, requireMatch, sendVersioned } from '#platform/http/conditional.ts'
import { Page } from '#platform/http/pagination.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { lastAdministrator, notInvited } from '../problems.ts'
import type { Admin } from '../service.ts'
import { ChangeUserBody, InviteBody, ListUsersQuery, UserParams } from './schemas.ts'

interface PeopleRoutesDeps {
  readonly admin: Admin
  readonly authentication: Authentication
}

const tags = ['administration']

export async function peopleRoutes(app: Server, deps: PeopleRoutesDeps): Promise<void> {
  deps.authentication.signedIn(app)
  deps.authentication.withRole(app, 'administrator')
  await app.register(reading, deps)
  await app.register(inviting, deps)
  await app.register(changing, deps)
}

async function reading(app: Server, { admin }: PeopleRoutesDeps): Promise<void> {
  app.get(
    '/admin/users',
    {
      schema: {
        operationId: 'listUsers',
        summary: 'List and search accounts',
        tags,
        querystring: ListUsersQuery,
        response: { 200: Page(User) },
      },
    },
    async (request, reply) => reply.send(await admin.listUsers(request.query)),
  )

  app.get(
    '/admin/users/:userId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getUser',
        summary: 'Read an account',
        tags,
        params: UserParams,
        response: { 200: User, ...problemResponses(userNotFound) },
      },
    },
    async (request, reply) => {
      const { version, body } = await admin.readUser(request.params.userId)
      return sendVersioned(request, reply, version, body)
    },
  )
}

async function inviting(app: Server, { admin }: PeopleRoutesDeps): Promise<void> {
  app.post(
    '/admin/users',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'inviteUser',
        summary: 'Invite somebody by mail',
        tags,
        body: InviteBody,
        response: { 201: User, ...problemResponses(emailTaken) },
      },
    },
    async (request, reply) => {
      const { version, body } = await admin.inviteUser(request.body, actorOf(request))
      return reply.code(201).header('etag', etagOf(version)).send(body)
    },
  )

  app.post(
    '/admin/users/:userId/invitation',
    {
      schema: {
        operationId: 'inviteUserAgain',
        summary: 'Mail another invitation',
        tags,
        params: UserParams,
        response: {
          204: Type.Null({ description: 'The mail is on its way; the link of the one before is void.' }),
          ...problemResponses(userNotFound, notInvited),
        },
      },
    },
    async (request, reply) => {
      await admin.inviteAgain(request.params.userId, actorOf(request))
      return reply.code(204).send(null)
    },
  )
}

async function changing(app: Server, { admin }: PeopleRoutesDeps): Promise<void> {
  app.patch(
    '/admin/users/:userId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'changeUser',
        summary: 'Change the name or role of an account',
        tags,
        params: UserParams,
        body: ChangeUserBody,
        response: { 200: User, ...problemResponses(userNotFound, lastAdministrator) },
      },
    },
    async (request, reply) => {
      const { version, body } = await admin.changeUser(
        principalOf(request),
        request.params.userId,
        request.body,
        (present) => requireMatch(request, present),
        actorOf(request),
      )
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.post(
    '/admin/users/:userId/deactivate',
    {
      schema: {
        operationId: 'deactivateUser',
        summary: 'Close an account and end its sessions',
        tags,
        params: UserParams,
        response: { 200: User, ...problemResponses(userNotFound, lastAdministrator) },
      },
    },
    async (request, reply) => {
      const { userId } = request.params
      const { version, body } = await admin.deactivateUser(principalOf(request), userId, actorOf(request))
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.post(
    '/admin/users/:userId/reactivate',
    {
      schema: {
        operationId: 'reactivateUser',
        summary: 'Open a closed account again',
        tags,
        params: UserParams,
        response: { 200: User, ...problemResponses(userNotFound) },
      },
    },
    async (request, reply) => {
      const { userId } = request.params
      const { version, body } = await admin.reactivateUser(principalOf(request), userId, actorOf(request))
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.delete(
    '/admin/users/:userId/totp',
    {
      schema: {
        operationId: 'resetUserTotp',
        summary: 'Switch somebody’s second factor off',
        tags,
        params: UserParams,
        response: {
          204: Type.Null({ description: 'A password alone logs in again; the owner is told by mail.' }),
          ...problemResponses(userNotFound, totpNotEnabled),
        },
      },
    },
    async (request, reply) => {
      await admin.resetTotp(principalOf(request), request.params.userId, actorOf(request))
      return reply.code(204).send(null)
    },
  )
}
