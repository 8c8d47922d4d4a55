import type { Authentication } from '#modules/auth/index.ts'
import type { Server } from '#platform/http/server.ts'
import { auditLogRoutes } from './audit-log/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import type { Admin } from './service.ts'

export async function adminRoutes(app: Server, deps: { admin: Admin; authentication: Authentication }): Promise<void> {
  await app.register(peopleRoutes, deps)
  await app.register(auditLogRoutes, deps)
}
