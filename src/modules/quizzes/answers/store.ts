import type { Kysely } from 'kysely'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { Database } from '../../../database.ts'
import { type Save, type Saved, storeInStatement, storeInTransaction } from './queries.ts'

type Executor = Kysely<Database>

/** Stores one answer with its line in the journal; undefined when the row does not take it. Resolves after the commit. */
export type StoreAnswer = (save: Save) => Promise<Saved | undefined>

interface Waiting {
  readonly save: Save
  resolve(saved: Saved | undefined): void
  reject(error: unknown): void
}

/**
 * PostgreSQL: one statement, which is its own transaction. SQLite waits for the disk at each commit, and nothing else is
 * done meanwhile: saves that arrived by then share the next commit, and each is acknowledged after it.
 */
export function createAnswerStore(db: Executor): StoreAnswer {
  if (dialectOfDatabase(db) === 'postgres') return (save) => storeInStatement(db, save)
  const waiting: Waiting[] = []

  async function storeWaiting(): Promise<void> {
    let taken: Waiting[] = []
    const results: (Saved | undefined)[] = []
    try {
      await inTransaction(db, async (tx) => {
        taken = waiting.splice(0)
        for (const { save } of taken) results.push(await storeInTransaction(tx, save))
      })
      for (const [index, { resolve }] of taken.entries()) resolve(results[index])
    } catch (error) {
      // When not even the transaction could begin, none was taken.
      for (const { reject } of taken.length > 0 ? taken : waiting.splice(0)) reject(error)
    }
  }

  return (save) =>
    new Promise((resolve, reject) => {
      waiting.push({ save, resolve, reject })
      if (waiting.length === 1) setImmediate(() => void storeWaiting())
    })
}
