import type { Authentication } from '#modules/auth/index.ts'
import { Page } from '#platform/http/pagination.ts'
import type { Server } from '#platform/http/server.ts'
import type { Admin } from '../service.ts'
import { AuditEvent, ListAuditEventsQuery } from './schemas.ts'

interface AuditLogRoutesDeps {
  readonly admin: Admin
  readonly authentication: Authentication
}

export async function auditLogRoutes(app: Server, { admin, authentication }: AuditLogRoutesDeps): Promise<void> {
  authentication.signedIn(app)
  authentication.withRole(app, 'administrator')

  app.get(
    '/admin/audit-events',
    {
      schema: {
        operationId: 'listAuditEvents',
        summary: 'Read the audit log',
        tags: ['administration'],
        querystring: ListAuditEventsQuery,
        response: { 200: Page(AuditEvent) },
      },
    },
    async (request, reply) => reply.send(await admin.listAuditEvents(request.query)),
  )
}
