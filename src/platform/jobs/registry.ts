import type { JobDefinition, JobHandler } from './job.ts'
import type { RecurringJob } from './recurring.ts'

/** Every job this release knows, and who does its work. */
export interface JobRegistry {
  readonly names: readonly string[]
  readonly recurring: readonly RecurringJob[]
  handlerOf(name: string): JobHandler | undefined
}

export interface JobRegistryParts {
  readonly jobs: readonly JobDefinition[]
  readonly handlers: readonly JobHandler[]
  readonly recurring: readonly RecurringJob[]
}

/** Throws, naming every mistake at once, unless each job has exactly one handler and nothing refers to an unknown job. */
export function createJobRegistry({ jobs, handlers, recurring }: JobRegistryParts): JobRegistry {
  const mistakes = [
    ...repeated(jobs.map((job) => job.name)).map((name) => `${name} is defined twice`),
    ...repeated(handlers.map((handler) => handler.job.name)).map((name) => `${name} has two handlers`),
    ...repeated(recurring.map(({ job }) => job.name)).map((name) => `${name} recurs twice`),
    ...jobs
      .filter((job) => !handlers.some((handler) => handler.job === job))
      .map((job) => `${job.name} has no handler`),
    ...handlers
      .filter((handler) => !jobs.includes(handler.job))
      .map((handler) => `the handler of ${handler.job.name} has no such job`),
    ...recurring
      .filter(({ job }) => !jobs.includes(job))
      .map(({ job }) => `the recurring job ${job.name} is not defined`),
  ]
  if (mistakes.length > 0) throw new Error(`The jobs do not fit together: ${mistakes.join('; ')}`)
  const byName = new Map(handlers.map((handler) => [handler.job.name, handler]))
  return { names: jobs.map((job) => job.name), recurring, handlerOf: (name) => byName.get(name) }
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}
