import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { Kysely } from 'kysely'
import { openSqlite, sqliteDialect } from '#platform/database/sqlite.ts'
import type { Database } from '../../src/database.ts'
import { type ProductProcess, startProduct } from './product-process.ts'
import { createTestDatabase } from './test-database.ts'

/** Reads the product's database beside it, as whoever comes after a crash finds it. */
export type Inspect = <T>(read: (db: Kysely<Database>) => Promise<T>) => Promise<T>

/** Two tests: `story` with a real process of the API on SQLite, and with one on PostgreSQL. */
export function testOnBothDatabases(
  settings: Record<string, string>,
  story: (product: ProductProcess, inspect: Inspect) => Promise<void>,
): void {
  test('on SQLite', { timeout: 120_000 }, async (t) => {
    const product = await startProduct({ role: 'serve', settings })
    t.after(product.stop)
    await story(product, async (read) => {
      const db = new Kysely<Database>({ dialect: sqliteDialect(openSqlite(join(product.dataDirectory, 'lms.db'))) })
      try {
        return await read(db)
      } finally {
        await db.destroy()
      }
    })
  })

  test('on PostgreSQL', { timeout: 120_000 }, async (t) => {
    const database = await createTestDatabase()
    assert.match(database.url, /^postgres/, 'this test needs TEST_DATABASE_URL, as "npm test" gives it')
    t.after(database.drop)
    const product = await startProduct({ role: 'serve', settings: { ...settings, DATABASE_URL: database.url } })
    t.after(product.stop)
    await story(product, (read) => read(database.db))
  })
}
