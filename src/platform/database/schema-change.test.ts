import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'kysely'
import { createTestDatabase } from '#support/test-database.ts'
import { inTransaction } from './transaction.ts'

// A deploy migrates while the release before it still serves: its prepared statements were made for the old columns.
describe('a column that is added while prepared statements are in use', () => {
  test('fails no query, in a transaction or out of one, on any connection', async (t) => {
    const { db, drop } = await createTestDatabase()
    t.after(drop)
    const read = () => db.selectFrom('user_account').selectAll().execute()
    const readInTransaction = () =>
      inTransaction(db, (tx) => tx.selectFrom('user_account').selectAll().where('id', '=', 'x').execute())
    const everywhere = () => Promise.all(Array.from({ length: 10 }, () => Promise.all([read(), readInTransaction()])))

    await everywhere()
    await sql.raw('alter table user_account add column shoe_size integer').execute(db)
    assert.deepEqual((await everywhere()).flat(2), [])
    await sql.raw('alter table user_account add column hat_size integer').execute(db)
    assert.deepEqual(await readInTransaction(), [])
    assert.deepEqual(await read(), [])
  })
})
