import type { Authentication } from '#modules/auth/index.ts'
import type { Server } from '#platform/http/server.ts'
import { invitationRoutes } from './invitation/routes.ts'
import { passwordResetRoutes } from './password-reset/routes.ts'
import { profileRoutes } from './profile/routes.ts'
import { registrationRoutes } from './registration/routes.ts'
import type { Accounts } from './service.ts'
import { setupRoutes } from './setup/routes.ts'
import { verificationRoutes } from './verification/routes.ts'

interface AccountsRoutesDeps {
  readonly accounts: Accounts
  readonly authentication: Authentication
}

export async function accountsRoutes(app: Server, deps: AccountsRoutesDeps): Promise<void> {
  for (const routes of [
    registrationRoutes,
    profileRoutes,
    verificationRoutes,
    passwordResetRoutes,
    invitationRoutes,
    setupRoutes,
  ]) {
    await app.register(routes, deps)
  }
}
