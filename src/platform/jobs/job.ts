import type { Kysely } from 'kysely'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { JobsDatabase } from './tables.ts'

export interface JobDefinition<N extends string = string, S extends TSchema = TSchema> {
  /** `module.kebab-case`; a literal that never changes, since jobs of an older release may still be waiting. */
  readonly name: N
  readonly payload: S
  /** How often it is tried, with growing pauses, before it is put aside as dead. */
  readonly attempts: number
  /** How long one run may take before its signal is aborted and it counts as failed. */
  readonly timeoutSeconds: number
}

const TIMEOUT_SECONDS = 60

/** A job is data: who runs it, and where, is decided by the composition root. A changed payload is a new name. */
export function defineJob<const N extends `${string}.${string}`, S extends TSchema>(definition: {
  name: N
  payload: S
  attempts: number
  /** Default: 60. */
  timeoutSeconds?: number
}): JobDefinition<N, S> {
  return { timeoutSeconds: TIMEOUT_SECONDS, ...definition }
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
  /** Aborted when the process must stop, the job takes too long, or somebody else has taken it. */
  readonly signal: AbortSignal
  /**
   * Ends the job in the handler's own transaction, so that its writes and its end are one commit: whatever dies
   * whenever, they happen exactly once. Throws `JobLost`, which rolls the writes back, when another run has taken the
   * job. Belongs in the handler's last transaction: after its commit nobody runs the job again.
   */
  finish<DB extends JobsDatabase>(tx: Kysely<DB>): Promise<void>
}

/**
 * Binds a job to its work. `run` is called again after a failure or a crash, and must then have no second effect: its
 * writes belong in one transaction with `context.finish`, and what leaves the system carries `context.jobId`.
 */
export function handle<J extends JobDefinition>(
  job: J,
  run: (payload: JobPayload<J>, context: JobContext) => Promise<void>,
): JobHandler {
  return { job, run: (payload, context) => run(payload as JobPayload<J>, context) }
}

/** Thrown by a handler when no further attempt can help: the job is dead at once. */
export class PermanentJobFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PermanentJobFailure'
  }
}

/** The job was taken by somebody else, who does its work now. */
export class JobLost extends Error {
  constructor() {
    super('The job was taken over by another run: the lease of this one had ended.')
    this.name = 'JobLost'
  }
}

/** Throws, naming the fields (never the values), when `payload` is not what the definition says. */
export function checkPayload(job: JobDefinition, payload: unknown): void {
  if (Value.Check(job.payload, payload)) return
  const mistakes = Value.Errors(job.payload, payload).map(
    ({ instancePath, message }) => `${instancePath || '/'} ${message}`,
  )
  throw new PermanentJobFailure(`The payload of ${job.name} does not fit its schema: ${mistakes.join('; ')}`)
}
