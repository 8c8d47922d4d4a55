import type { Authentication } from '#modules/auth/index.ts'
import type { Server } from '#platform/http/server.ts'
import { assignmentRoutes } from './assignment/routes.ts'
import { gradingRoutes } from './grading/routes.ts'
import { groupRoutes } from './group/routes.ts'
import type { Assignments } from './service.ts'
import { submissionRoutes } from './submission/routes.ts'

export interface AssignmentsRoutesDeps {
  readonly assignments: Assignments
  readonly authentication: Authentication
}

/** Who may do which of these is decided per course and submission: see `gate.ts`. */
export async function assignmentsRoutes(app: Server, deps: AssignmentsRoutesDeps): Promise<void> {
  deps.authentication.signedIn(app)
  await app.register(assignmentRoutes, deps)
  await app.register(submissionRoutes, deps)
  await app.register(gradingRoutes, deps)
  await app.register(groupRoutes, deps)
}
