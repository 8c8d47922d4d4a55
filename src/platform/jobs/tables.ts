import type { ColumnType, JSONColumnType, Kysely } from 'kysely'

type JobState = 'waiting' | 'running' | 'dead'

export interface JobsDatabase {
  job: {
    id: string
    name: string
    payload: JSONColumnType<Record<string, unknown>>
    /** `waiting` to be run (again), `running` since a claim, `dead` after its last attempt. Done jobs are deleted. */
    state: ColumnType<JobState, JobState | undefined>
    /** Runs that were begun and count against the definition's limit: one cut short by a graceful stop does not. */
    attempts: ColumnType<number, number | undefined>
    /** How often it was claimed. Only grows: the number of a claim tells its owner from any later one. */
    claims: ColumnType<number, number | undefined>
    enqueued_at: string
    /** When it is due; moved by each retry. */
    run_at: string
    /**
     * From when on anybody may take it: the due time, the end of the lease of whoever runs it, or the time by which a
     * worker should have begun it after it was handed to Redis. Null: never (dead).
     */
    available_at: string | null
    died_at: ColumnType<string | null, string | null | undefined>
    last_error: ColumnType<string | null, string | null | undefined>
  }
  recurring_job: {
    /** The name of the job. */
    name: string
    next_run_at: string
  }
}

/** The same handle, seen as one to the tables of jobs. */
export function jobTables<DB extends JobsDatabase>(db: Kysely<DB>): Kysely<JobsDatabase> {
  return db as unknown as Kysely<JobsDatabase>
}
