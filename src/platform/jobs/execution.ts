import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { ErrorTracker } from '#platform/error-tracking/error-tracker.ts'
import type { Log } from '#platform/log/log.ts'
import { settledWithin } from '#platform/time/settled-within.ts'
import { pauseSeconds } from './backoff.ts'
import { describeFailure } from './failure-text.ts'
import { checkPayload, type JobContext, JobLost, PermanentJobFailure } from './job.ts'
import type { JobMetrics } from './job-metrics.ts'
import { keepLease } from './lease.ts'
import { type ClaimedJob, deleteJob, endClaim, extendLease } from './queries.ts'
import type { JobRegistry } from './registry.ts'
import { type JobsDatabase, jobTables } from './tables.ts'
import { withTimeLimit } from './time-limit.ts'

export interface ExecutionDeps {
  readonly db: Kysely<JobsDatabase>
  readonly jobs: JobRegistry
  readonly log: Log
  readonly errors: ErrorTracker
  readonly metrics: JobMetrics
  readonly now: () => Date
  /** How long a job stays with a process that no longer renews its claim. */
  readonly leaseSeconds: number
}

/**
 * What became of one run: `lost` when another process had taken the job, `released` when this one had to stop and gave
 * it back.
 */
export type RunOutcome =
  | { readonly outcome: 'done' | 'lost' | 'released' }
  | { readonly outcome: 'retried' | 'dead'; readonly error: unknown }

export interface Execution {
  /** Until when a job claimed now is ours. */
  leaseEnd(): string
  /** Jobs that run now. */
  count(): number
  /** Runs a claimed job and records the outcome. Never rejects. */
  run(job: ClaimedJob): Promise<RunOutcome>
  /** Waits for the running jobs, at most `timeoutSeconds`; what still runs then is aborted and given back. */
  stop(timeoutSeconds: number): Promise<void>
}

interface Run {
  readonly job: ClaimedJob
  readonly abort: AbortController
  /** The process stops: the job goes back as if this attempt had not been. */
  isReleased: boolean
  /** The handler ends the job in its own transaction. */
  isFinishing: boolean
}

const RECORD_AGAIN_MS = 500
/** How long a stopping process waits for jobs that it has aborted. */
const ABORTED_WAIT_MS = 5000

export function createExecution({ db, jobs, log, errors, metrics, now, leaseSeconds }: ExecutionDeps): Execution {
  const running = new Map<Run, Promise<RunOutcome>>()
  const secondsFromNow = (seconds: number) => new Date(now().getTime() + seconds * 1000).toISOString()

  function run(job: ClaimedJob): Promise<RunOutcome> {
    const one: Run = { job, abort: new AbortController(), isReleased: false, isFinishing: false }
    const started = performance.now()
    metrics.began(job.name)
    const outcome = runAndRecord(one).finally(() => {
      running.delete(one)
      metrics.ended(job.name, (performance.now() - started) / 1000)
    })
    void outcome.then(({ outcome: end }) =>
      errors.measure({
        kind: 'queue.process',
        name: job.name,
        seconds: (performance.now() - started) / 1000,
        isFailed: end !== 'done',
      }),
    )
    running.set(one, outcome)
    return outcome
  }

  async function runAndRecord(one: Run): Promise<RunOutcome> {
    const { job, abort } = one
    const lease = keepLease({
      seconds: leaseSeconds,
      extend: async () => (await extendLease(db, job, secondsFromNow(leaseSeconds))) || one.isFinishing,
      onLost: () => abort.abort(new JobLost()),
    })
    try {
      await perform(one)
      await recorded(() => deleteJob(db, job.id, job.claims))
      return { outcome: 'done' }
    } catch (error) {
      return await recordFailure(one, error).catch((cause) => {
        log.error({ err: cause, jobId: job.id, job: job.name }, 'the end of a job could not be recorded')
        return { outcome: 'lost' } as const
      })
    } finally {
      lease.stop()
    }
  }

  async function perform(one: Run): Promise<void> {
    const { job, abort } = one
    const handler = jobs.handlerOf(job.name)
    if (!handler) throw new Error(`There is no handler of ${job.name}.`)
    if (job.attempts > handler.job.attempts) {
      throw new PermanentJobFailure(`Its process ended before it did, in each of ${handler.job.attempts} attempts.`)
    }
    checkPayload(handler.job, job.payload)
    await withTimeLimit(handler.job.timeoutSeconds, abort.signal, (signal) =>
      handler.run(job.payload, contextOf(one, signal)),
    )
  }

  function contextOf(one: Run, signal: AbortSignal): JobContext {
    const { id, claims, attempts } = one.job
    return {
      jobId: id,
      attempt: attempts,
      signal,
      async finish(tx) {
        one.isFinishing = true
        if (!(await deleteJob(jobTables(tx), id, claims))) throw new JobLost()
      },
    }
  }

  async function recordFailure({ job, isReleased }: Run, error: unknown): Promise<RunOutcome> {
    const about = { jobId: job.id, job: job.name, attempt: job.attempts }
    if (error instanceof JobLost) {
      log.warn(about, 'job lost: its lease ended and another run has taken it')
      return { outcome: 'lost' }
    }
    if (isReleased) {
      await endClaim(db, job, { state: 'waiting', attempts: job.attempts - 1, available_at: now().toISOString() })
      log.info(about, 'job given back: the process stops')
      return { outcome: 'released' }
    }
    const last_error = describeFailure(error)
    const attemptsAllowed = jobs.handlerOf(job.name)?.job.attempts ?? 0
    if (error instanceof PermanentJobFailure || job.attempts >= attemptsAllowed) {
      await recorded(() =>
        endClaim(db, job, { state: 'dead', available_at: null, died_at: now().toISOString(), last_error }),
      )
      metrics.failed(job.name, 'dead')
      log.error({ ...about, err: error }, 'job dead: no attempt is left')
      errors.capture(error, { operation: job.name, jobId: job.id })
      return { outcome: 'dead', error }
    }
    const next = secondsFromNow(pauseSeconds(job.attempts))
    await recorded(() => endClaim(db, job, { state: 'waiting', run_at: next, available_at: next, last_error }))
    metrics.failed(job.name, 'retried')
    log.warn({ ...about, err: error, nextAttemptAt: next }, 'job failed, will be tried again')
    return { outcome: 'retried', error }
  }

  /** Tries to write the outcome for as long as the lease lasts: a job that is done need not run again. */
  async function recorded(write: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + leaseSeconds * 1000
    for (;;) {
      try {
        await write()
        return
      } catch (error) {
        if (performance.now() + RECORD_AGAIN_MS > deadline) throw error
      }
      await delay(RECORD_AGAIN_MS)
    }
  }

  async function stop(timeoutSeconds: number): Promise<void> {
    if (await settledWithin(allEnded(), timeoutSeconds * 1000)) return
    for (const one of running.keys()) {
      one.isReleased = true
      one.abort.abort(new Error('The process stops.'))
    }
    await settledWithin(allEnded(), ABORTED_WAIT_MS)
  }

  async function allEnded(): Promise<void> {
    // A worker may still claim a last one while it stops.
    while (running.size > 0) await Promise.all(running.values())
  }

  return { leaseEnd: () => secondsFromNow(leaseSeconds), count: () => running.size, run, stop }
}
