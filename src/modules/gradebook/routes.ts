import type { Authentication } from '#modules/auth/index.ts'
import type { Server } from '#platform/http/server.ts'
import { gradeRoutes } from './grades/routes.ts'
import { reportRoutes } from './reports/routes.ts'
import type { GradebookService } from './service.ts'
import { setupRoutes } from './setup/routes.ts'

export interface GradebookRoutesDeps {
  readonly gradebook: GradebookService
  readonly authentication: Authentication
}

/** Who may do which of these is decided per course and enrollment by the services. */
export async function gradebookRoutes(app: Server, deps: GradebookRoutesDeps): Promise<void> {
  deps.authentication.signedIn(app)
  await app.register(setupRoutes, deps)
  await app.register(gradeRoutes, deps)
  await app.register(reportRoutes, deps)
}
