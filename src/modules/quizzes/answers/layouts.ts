import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { RecentlyUsed } from '#platform/cache/recently-used.ts'
import type { Database } from '../../../database.ts'
import { attemptNotFound } from '../problems.ts'
import { selectLayout } from './queries.ts'

type Executor = Kysely<Database>

export interface Layout {
  readonly studentId: string
  /** The versions of its questions, by position. */
  readonly versionIds: ReadonlyMap<number, string>
}

export type Layouts = ReturnType<typeof createLayouts>

/** Attempts whose questions are kept; a thousand students at a quiz are well below. */
const ATTEMPTS_KEPT = 10_000

/**
 * Who attempts belong to and what they ask. Both never change, so that a process may remember them: a save then reads
 * nothing.
 */
export function createLayouts() {
  const kept = new RecentlyUsed<Layout>(ATTEMPTS_KEPT)

  /** Of the caller's own attempt; 404 for every other. */
  async function requireOwn(db: Executor, caller: Principal, attemptId: string): Promise<Layout> {
    const layout = kept.get(attemptId) ?? (await read(db, attemptId))
    if (layout?.studentId !== caller.userId) throw attemptNotFound({ attemptId })
    return layout
  }

  async function read(db: Executor, attemptId: string): Promise<Layout | undefined> {
    const rows = await selectLayout(db, attemptId)
    if (rows.length === 0) return undefined
    const layout: Layout = {
      studentId: rows[0]?.student_id ?? '',
      versionIds: new Map(rows.map((row) => [row.position, row.question_version_id])),
    }
    kept.set(attemptId, layout)
    return layout
  }

  /** Of an attempt that has just begun here, so that not even its first save reads anything. Call it after the commit. */
  function remember(attemptId: string, layout: Layout): void {
    kept.set(attemptId, layout)
  }

  return { requireOwn, remember }
}
