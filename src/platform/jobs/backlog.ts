import { type Kysely, sql } from 'kysely'
import type { JobsDatabase } from './tables.ts'

export interface JobBacklog {
  readonly name: string
  /** Due, and run by nobody: those of a process that died are among them once their lease has ended. */
  readonly waiting: number
  readonly oldestDue: string | null
  readonly dead: number
  readonly oldestDeath: string | null
}

/** Counting a million rows tells nobody more, and would cost every scrape. */
const COUNTED = 10_000

interface Row {
  name: string
  waiting: number
  oldest_waiting: string | null
  orphaned: number
  oldest_orphaned: string | null
  dead: number
  oldest_death: string | null
}

/**
 * What waits and what is dead, by name. Steps through the names that occur, and reads of each no more than the first
 * entries of the index (name, state, run_at), so that its cost is bounded whatever the length of the backlog.
 */
export async function selectBacklog(db: Kysely<JobsDatabase>, now: string): Promise<JobBacklog[]> {
  const { rows } = await sql<Row>`
    with recursive known (name) as (
      select min(name) from job
      union all
      select (select min(job.name) from job where job.name > known.name) from known where known.name is not null
    )
    select name,
      (select count(*) from (select 1 from job
        where job.name = known.name and state = 'waiting' and run_at <= ${now} limit ${sql.lit(COUNTED)}) as due
      ) as waiting,
      (select min(run_at) from job
        where job.name = known.name and state = 'waiting' and run_at <= ${now}) as oldest_waiting,
      (select count(*) from job
        where job.name = known.name and state = 'running' and available_at <= ${now}) as orphaned,
      (select min(run_at) from job
        where job.name = known.name and state = 'running' and available_at <= ${now}) as oldest_orphaned,
      (select count(*) from (select 1 from job
        where job.name = known.name and state = 'dead' limit ${sql.lit(COUNTED)}) as dead_ones
      ) as dead,
      (select died_at from job
        where job.name = known.name and state = 'dead' order by run_at limit 1) as oldest_death
    from known where name is not null`.execute(db)
  return rows.map((row) => ({
    name: row.name,
    waiting: row.waiting + row.orphaned,
    oldestDue: earliest([row.oldest_waiting, row.oldest_orphaned]),
    dead: row.dead,
    oldestDeath: row.oldest_death,
  }))
}

/** The backlogs of several names as one. */
export function sumBacklogs(name: string, backlogs: readonly JobBacklog[]): JobBacklog {
  return {
    name,
    waiting: backlogs.reduce((total, one) => total + one.waiting, 0),
    oldestDue: earliest(backlogs.map((one) => one.oldestDue)),
    dead: backlogs.reduce((total, one) => total + one.dead, 0),
    oldestDeath: earliest(backlogs.map((one) => one.oldestDeath)),
  }
}

function earliest(times: readonly (string | null)[]): string | null {
  return times.filter((time) => time !== null).sort()[0] ?? null
}
