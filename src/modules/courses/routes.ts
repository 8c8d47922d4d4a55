import type { Authentication } from '#modules/auth/index.ts'
import type { Server } from '#platform/http/server.ts'
import { catalogueRoutes } from './catalogue/routes.ts'
import { courseRoutes } from './course/routes.ts'
import { lessonRoutes } from './lessons/routes.ts'
import { outlineRoutes } from './outline/routes.ts'
import type { Courses } from './service.ts'
import { staffRoutes } from './staff/routes.ts'

/** Everything under /courses, /modules and /lessons that this module answers. */
export async function coursesRoutes(
  app: Server,
  deps: { courses: Courses; authentication: Authentication },
): Promise<void> {
  await app.register(catalogueRoutes, deps)
  await app.register(courseRoutes, deps)
  await app.register(staffRoutes, deps)
  await app.register(outlineRoutes, deps)
  await app.register(lessonRoutes, deps)
}
