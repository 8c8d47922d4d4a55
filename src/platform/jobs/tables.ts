import type { ColumnType, JSONColumnType } from 'kysely'

export interface JobsDatabase {
  job: {
    id: string
    name: string
    payload: JSONColumnType<Record<string, unknown>>
    /** `waiting` for a runner, `running` until `locked_until`, `dead` after its last attempt. Done jobs are deleted. */
    state: ColumnType<'waiting' | 'running' | 'dead', 'waiting' | 'running' | 'dead' | undefined>
    attempts: ColumnType<number, number | undefined>
    enqueued_at: string
    run_at: string
    locked_until: string | null
    last_error: string | null
  }
}
