import type { Static, TSchema } from 'typebox'

export interface JobDefinition<N extends string = string, S extends TSchema = TSchema> {
  /** `module.kebab-case`; a literal that never changes, since jobs of an older release may still be waiting. */
  readonly name: N
  readonly payload: S
  /** How often it is tried, with growing pauses, before it is put aside as dead. */
  readonly attempts: number
}

/** A job is data: who runs it, and where, is decided by the composition root. A changed payload is a new name. */
export function defineJob<const N extends `${string}.${string}`, S extends TSchema>(definition: {
  name: N
  payload: S
  attempts: number
}): JobDefinition<N, S> {
  return definition
}

export type JobPayload<J extends JobDefinition> = Static<J['payload']>

export interface JobHandler {
  readonly job: JobDefinition
  run(payload: unknown, context: JobContext): Promise<void>
}

export interface JobContext {
  /** The same for every attempt of one job: the key of its idempotence. */
  readonly jobId: string
  /** Counts from 1. */
  readonly attempt: number
  /** Aborted when the process must stop or the job takes too long. */
  readonly signal: AbortSignal
}

/** Binds a job to its work. `run` may be called again after a crash and must then have no second effect. */
export function handle<J extends JobDefinition>(
  job: J,
  run: (payload: JobPayload<J>, context: JobContext) => Promise<void>,
): JobHandler {
  return { job, run: (payload, context) => run(payload as JobPayload<J>, context) }
}
