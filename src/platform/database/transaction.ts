import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kysely, Transaction } from 'kysely'

const openTransaction = new AsyncLocalStorage<true>()
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
    try {
      return await db.transaction().execute((tx) =>
        openTransaction.run(true, async () => {
          const result = await work(tx)
          await beforeCommit.getStore()?.(tx as unknown as Kysely<never>)
          return result
        }),
      )
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error
    }
  }
}

/** Every transaction that `work`, or anything it calls or awaits, opens ends with `hook`. */
export function withBeforeCommit<T>(hook: BeforeCommit, work: () => T): T {
  return beforeCommit.run(hook, work)
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
