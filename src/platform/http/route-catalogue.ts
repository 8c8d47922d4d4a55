import type { FastifyInstance, RouteOptions } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route with all that its guards added, complete once the server is ready; without the HEAD twins of GET. */
    routeCatalogue: readonly RouteOptions[]
  }
}

/** Notes every route registered from now on: for the API reference, the problem pages and the metrics. */
export function catalogueRoutes(app: FastifyInstance): void {
  const routes: RouteOptions[] = []
  app.decorate('routeCatalogue', routes)
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD') routes.push(route)
  })
}
