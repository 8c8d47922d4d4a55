import { Type } from 'typebox'
import type { Server } from './server.ts'

export interface ReadinessCheck {
  readonly name: string
  /** Throws when the component cannot be used right now. */
  readonly check: () => Promise<void>
}

export interface HealthDeps {
  readonly release: string
  readonly checks: readonly ReadinessCheck[]
  /** Features left out because they could not be set up; named, but no reason to take traffic away. */
  readonly leftOut: readonly string[]
  /** True from the moment the process was told to stop. */
  readonly isDraining: () => boolean
}

const CHECK_TIMEOUT_MS = 2000

const Component = Type.Object({
  status: Type.Union([Type.Literal('up'), Type.Literal('down')]),
  reason: Type.Optional(Type.String()),
})
const Readiness = Type.Object(
  {
    status: Type.Union([Type.Literal('ready'), Type.Literal('not-ready')]),
    release: Type.String(),
    components: Type.Record(Type.String(), Component),
    leftOut: Type.Array(Type.String(), { description: 'Features that could not be set up.' }),
  },
  { $id: 'Readiness' },
)

/** Is the process alive, and should it get traffic: for proxies, deploys and people. */
export async function healthRoutes(app: Server, { release, checks, leftOut, isDraining }: HealthDeps): Promise<void> {
  app.get(
    '/health',
    {
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
      schema: {
        operationId: 'getReadiness',
        summary: 'Should this process get traffic',
        tags: ['operations'],
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (_request, reply) => {
      const components = Object.fromEntries(
        await Promise.all(checks.map(async (one) => [one.name, await run(one)] as const)),
      )
      if (isDraining()) components.process = { status: 'down', reason: 'draining: this process is about to stop' }
      const isReady = Object.values(components).every((component) => component.status === 'up')
      return reply
        .code(isReady ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ status: isReady ? 'ready' : 'not-ready', release, components, leftOut: [...leftOut] })
    },
  )
}

async function run({ check }: ReadinessCheck): Promise<{ status: 'up' | 'down'; reason?: string }> {
  const timeout = Promise.withResolvers<never>()
  const timer = setTimeout(() => timeout.reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS)
  try {
    await Promise.race([check(), timeout.promise])
    return { status: 'up' }
  } catch (error) {
    return { status: 'down', reason: error instanceof Error ? error.message : 'unknown' }
  } finally {
    clearTimeout(timer)
  }
}
