import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kysely, Transaction } from 'kysely'

const openTransaction = new AsyncLocalStorage<{ readonly afterCommit: Set<() => void> }>()
const beforeCommit = new AsyncLocalStorage<BeforeCommit>()

/** Runs as the last statement of a transaction: what it writes is committed with it, and its error rolls all back. */
export type BeforeCommit = (tx: Kysely<never>) => Promise<void>

const ATTEMPTS = 4
// serialization_failure, deadlock_detected, and "cached plan must not change result type" after a migration.
// Source: PostgreSQL documentation, appendix A, error codes.
const RETRYABLE = new Set(['40001', '40P01', '0A000'])

/**
 * Runs `work` in one transaction; every query inside must go through `tx`, and nothing else may be awaited there.
 * PostgreSQL may pick a transaction as deadlock victim: it is run again, at most 4 times in all.
 */
export async function inTransaction<DB, T>(db: Kysely<DB>, work: (tx: Transaction<DB>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const afterCommit = new Set<() => void>()
    let result: T
    try {
      result = await db.transaction().execute((tx) =>
        openTransaction.run({ afterCommit }, async () => {
          const made = await work(tx)
          await beforeCommit.getStore()?.(tx as unknown as Kysely<never>)
          return made
        }),
      )
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error
      continue
    }
    for (const react of afterCommit) react()
    return result
  }
}

/** Every transaction that `work`, or anything it calls or awaits, opens ends with `hook`. */
export function withBeforeCommit<T>(hook: BeforeCommit, work: () => T): T {
  return beforeCommit.run(hook, work)
}

/**
 * Calls `react` right after the commit of the transaction it is called in, once however often it is given, and never
 * after a rollback; outside a transaction at once. For signals within this process: it must not throw or wait.
 */
export function afterCommit(react: () => void): void {
  const open = openTransaction.getStore()
  if (open) open.afterCommit.add(react)
  else react()
}

/**
 * Called by both drivers before they hand out a connection. Asking for one while a transaction is open means that a
 * query bypassed `tx`: on PostgreSQL it would silently escape the transaction, on SQLite it would wait for itself.
 */
export function refuseConnectionInsideTransaction(): void {
  if (openTransaction.getStore()) {
    throw new Error('A query used the outer database handle inside a transaction. Pass `tx` to it instead.')
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && RETRYABLE.has(String(error.code))
}
