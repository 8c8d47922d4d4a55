import { type Kysely, sql } from 'kysely'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import type { Database } from '../../src/database.ts'
import { processorSeconds, residentMegabytes } from '../machine.ts'
import type { Stage } from '../stage.ts'
import { prepareExam } from './exam.ts'
import { type DayPlan, type Observations, sitExam } from './student.ts'
import { type Verdict, verify } from './verify.ts'

export interface Quantiles {
  readonly count: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export interface Day {
  readonly students: number
  readonly starts: Quantiles
  readonly saves: Quantiles
  readonly submissions: Quantiles
  readonly lags: Quantiles
  readonly savesPerSecond: number
  /** Processor time of the server for everything, for each save, in microseconds. */
  readonly processorMicroseconds: number | undefined
  /** The same of the sessions of PostgreSQL. */
  readonly databaseMicroseconds: number | undefined
  readonly residentMegabytes: number | undefined
  /** By status; 0: no answer. */
  readonly failures: ReadonlyMap<number, number>
  readonly verdict: Verdict
}

/** What a save may take in the worst hundredth, in milliseconds. */
export const SAVE_P99_MAX = 250

/** Nothing lost, nothing failed, and saves fast enough. */
export function isHeld({ saves, failures, verdict, students }: Day): boolean {
  const { notInJournal, notGraded, wrongGrades, attempts } = verdict
  const isWhole = notInJournal + notGraded + wrongGrades === 0 && attempts === students
  return isWhole && failures.size === 0 && saves.p99 <= SAVE_P99_MAX
}

/**
 * A small day before those that are measured, and then what autovacuum does sooner or later: PostgreSQL plans for tables
 * that it believes to be empty by reading all of them, and keeps the plan while they grow.
 */
export async function rehearse(stage: Stage, db: Kysely<Database>): Promise<void> {
  await quizDay(stage, db, 100, { startSeconds: 5, saveSeconds: 1, workSeconds: 5, submitSeconds: 5 })
  await sql.raw(dialectOfDatabase(db) === 'postgres' ? 'vacuum analyze' : 'analyze').execute(db)
}

/** One quiz day: every student begins, saves, hands in; then everything is read back. */
export async function quizDay(stage: Stage, db: Kysely<Database>, students: number, plan: DayPlan): Promise<Day> {
  const { quizId } = await prepareExam(stage, db, students)
  const seen: Observations = {
    starts: [],
    saves: [],
    submissions: [],
    lags: [],
    receipts: [],
    failures: new Map(),
  }
  const pid = stage.product.pid()
  const before = processorSeconds(pid)
  const database = await databaseProcessor(db)
  await Promise.all(
    Array.from({ length: students }, (_, n) =>
      sitExam({ origin: stage.product.url, token: stage.context.token(n), quizId }, plan, seen),
    ),
  )
  const after = processorSeconds(pid)
  const databaseSeconds = await database()
  return {
    students,
    starts: quantiles(seen.starts),
    saves: quantiles(seen.saves),
    submissions: quantiles(seen.submissions),
    lags: quantiles(seen.lags),
    savesPerSecond: students / plan.saveSeconds,
    processorMicroseconds:
      before === undefined || after === undefined ? undefined : ((after - before) * 1e6) / seen.saves.length,
    databaseMicroseconds: databaseSeconds === undefined ? undefined : (databaseSeconds * 1e6) / seen.saves.length,
    residentMegabytes: residentMegabytes(pid),
    failures: seen.failures,
    verdict: await verify(db, quizId, seen.receipts),
  }
}

/** Gives a function that tells how much processor time the sessions of PostgreSQL have used since; SQLite has none. */
async function databaseProcessor(db: Kysely<Database>): Promise<() => Promise<number | undefined>> {
  if (dialectOfDatabase(db) === 'sqlite') return async () => undefined
  const read = async () => {
    const { rows } = await sql<{ pid: number }>`select pid from pg_stat_activity where datname is not null`.execute(db)
    return new Map(rows.map(({ pid }) => [pid, processorSeconds(pid) ?? 0]))
  }
  const before = await read()
  return async () => {
    let seconds = 0
    for (const [pid, used] of await read()) seconds += used - (before.get(pid) ?? 0)
    return seconds
  }
}

function quantiles(values: readonly number[]): Quantiles {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}
