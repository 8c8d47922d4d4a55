import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createTestDatabase } from '#support/test-database.ts'
import { afterCommit, inTransaction } from './transaction.ts'

describe('afterCommit', () => {
  test('comes once after the commit, when others can see the rows', async (t) => {
    const { db, drop } = await createTestDatabase()
    t.after(drop)
    const seen: Promise<number>[] = []
    const count = () =>
      db
        .selectFrom('recurring_job')
        .select('name')
        .execute()
        .then((rows) => rows.length)
    const react = () => void seen.push(count())
    await inTransaction(db, async (tx) => {
      afterCommit(react)
      await tx.insertInto('recurring_job').values({ name: 'x', next_run_at: new Date().toISOString() }).execute()
      afterCommit(react)
      assert.equal(seen.length, 0)
    })
    assert.deepEqual(await Promise.all(seen), [1])
  })

  test('never comes after a rollback', async (t) => {
    const { db, drop } = await createTestDatabase()
    t.after(drop)
    let calls = 0
    const failed = inTransaction(db, async () => {
      afterCommit(() => calls++)
      throw new Error('no')
    })
    await assert.rejects(failed, /no/)
    assert.equal(calls, 0)
  })

  test('comes at once outside a transaction', () => {
    let calls = 0
    afterCommit(() => calls++)
    assert.equal(calls, 1)
  })
})
