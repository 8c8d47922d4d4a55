import type { Server } from '#platform/http/server.ts'
import type { Authentication } from './authentication.ts'
import { loginRoutes } from './login/routes.ts'
import type { Auth } from './service.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { totpRoutes } from './totp/routes.ts'

export async function authRoutes(app: Server, deps: { auth: Auth; authentication: Authentication }): Promise<void> {
  await app.register(loginRoutes, deps)
  await app.register(sessionRoutes, deps)
  await app.register(totpRoutes, deps)
}
