import { Type } from 'typebox'
import { Readiness } from './readiness.ts'
import type { Server } from './server.ts'

export interface HealthDeps {
  readonly release: string
  readonly readiness: () => Promise<Readiness>
}

/** Is the process alive, and should it get traffic: for proxies, deploys and people. */
export async function healthRoutes(app: Server, { release, readiness }: HealthDeps): Promise<void> {
  app.get(
    '/health',
    {
      config: { monitoring: true },
      schema: {
        operationId: 'getHealth',
        summary: 'Is the process alive',
        tags: ['operations'],
        response: { 200: Type.Object({ status: Type.Literal('ok'), release: Type.String() }) },
      },
    },
    async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok', release }),
  )

  app.get(
    '/ready',
    {
      config: { monitoring: true },
      schema: {
        operationId: 'getReadiness',
        summary: 'Should this process get traffic',
        tags: ['operations'],
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (_request, reply) => {
      const report = await readiness()
      return reply
        .code(report.status === 'ready' ? 200 : 503)
        .header('cache-control', 'no-store')
        .send(report)
    },
  )
}
