import { type Static, Type } from 'typebox'
import type { MaintenanceNotice } from './maintenance.ts'
import { nullable } from './nullable.ts'

export interface ReadinessCheck {
  readonly name: string
  /** Throws when the component cannot be used right now. */
  readonly check: () => Promise<void>
}

export interface ReadinessDeps {
  readonly release: string
  readonly checks: readonly ReadinessCheck[]
  /** Features left out because they could not be set up; named, but no reason to take traffic away. */
  readonly leftOut: readonly string[]
  /** Told, and no reason to take traffic away: the process answers it, administrators even as ever. */
  readonly maintenance: () => MaintenanceNotice | null
  /** True from the moment the process was told to stop. */
  readonly isDraining: () => boolean
}

const CHECK_TIMEOUT_MS = 2000

const Component = Type.Object({
  status: Type.Union([Type.Literal('up'), Type.Literal('down')]),
  reason: Type.Optional(Type.String()),
})
export const Readiness = Type.Object(
  {
    status: Type.Union([Type.Literal('ready'), Type.Literal('not-ready')]),
    release: Type.String(),
    components: Type.Record(Type.String(), Component),
    leftOut: Type.Array(Type.String(), { description: 'Features that could not be set up.' }),
    maintenance: nullable(
      Type.Object(
        { message: Type.String(), endsAt: nullable(Type.String({ format: 'date-time' })) },
        { description: 'What everybody but administrators is answered now; null: there is no maintenance.' },
      ),
    ),
  },
  { $id: 'Readiness' },
)
export type Readiness = Static<typeof Readiness>

/**
 * Asks every component whether it can be used, each for at most two seconds. Callers at the same moment share one
 * round, so that however many ask, the components are not asked more.
 */
export function createReadiness({
  release,
  checks,
  leftOut,
  maintenance,
  isDraining,
}: ReadinessDeps): () => Promise<Readiness> {
  let round: Promise<Readiness['components']> | undefined

  async function askAll(): Promise<Readiness['components']> {
    try {
      return Object.fromEntries(await Promise.all(checks.map(async (one) => [one.name, await ask(one)] as const)))
    } finally {
      round = undefined
    }
  }

  return async () => {
    round ??= askAll()
    const components = { ...(await round) }
    if (isDraining()) components.process = { status: 'down', reason: 'draining: this process is about to stop' }
    const isReady = Object.values(components).every(({ status }) => status === 'up')
    return {
      status: isReady ? 'ready' : 'not-ready',
      release,
      components,
      leftOut: [...leftOut],
      maintenance: maintenance(),
    }
  }
}

async function ask({ check }: ReadinessCheck): Promise<Static<typeof Component>> {
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
