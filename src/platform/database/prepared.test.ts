import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Kysely } from 'kysely'
import { createTestDatabase } from '#support/test-database.ts'
import type { Database } from '../../database.ts'
import { prepared } from './prepared.ts'
import { inTransaction } from './transaction.ts'

type Executor = Kysely<Database>

async function withJobs(t: { after(work: () => Promise<void>): void }, ...names: string[]): Promise<Executor> {
  const { db, drop } = await createTestDatabase()
  t.after(drop)
  const at = '2026-11-24T08:00:00.000Z'
  for (const name of names) {
    const job = { id: name, name, payload: '{"size": 1}', enqueued_at: at, run_at: at, available_at: at }
    await db.insertInto('job').values(job).execute()
  }
  return db
}

describe('prepared', () => {
  test('runs with the values of each call, and makes its SQL once', async (t) => {
    let made = 0
    const named = prepared((db: Executor, { name }: { name: string }) => {
      made++
      return db.selectFrom('job').select(['id', 'state']).where('name', '=', name)
    })
    const db = await withJobs(t, 'a', 'b')
    assert.deepEqual(await named(db, { name: 'a' }), [{ id: 'a', state: 'waiting' }])
    assert.deepEqual(await named(db, { name: 'b' }), [{ id: 'b', state: 'waiting' }])
    assert.deepEqual(await named(db, { name: 'c' }), [])
    assert.deepEqual(await inTransaction(db, (tx) => named(tx, { name: 'b' })), [{ id: 'b', state: 'waiting' }])
    assert.equal(made, 1)
  })

  test('makes its SQL for each set of values that are given, and for each length of a list', async (t) => {
    const found = prepared(
      (db: Executor, { names, state }: { names: readonly string[]; state?: 'waiting' | 'dead' }) => {
        const query = db.selectFrom('job').select('id').where('name', 'in', names).orderBy('id')
        return state === undefined ? query : query.where('state', '=', state)
      },
    )
    const db = await withJobs(t, 'a', 'b', 'c')
    assert.deepEqual(await found(db, { names: ['a', 'c', 'x'] }), [{ id: 'a' }, { id: 'c' }])
    assert.deepEqual(await found(db, { names: ['b'] }), [{ id: 'b' }])
    assert.deepEqual(await found(db, { names: ['c'] }), [{ id: 'c' }])
    assert.deepEqual(await found(db, { names: ['c'], state: 'dead' }), [])
    assert.deepEqual(await found(db, { names: ['c'], state: 'waiting' }), [{ id: 'c' }])
  })

  test('writes, too, and gives null its meaning', async (t) => {
    const fail = prepared((db: Executor, { id, error }: { id: string; error: string | null }) =>
      db.updateTable('job').set({ last_error: error }).where('id', '=', id).returning(['id', 'last_error']),
    )
    const db = await withJobs(t, 'a')
    assert.deepEqual(await fail(db, { id: 'a', error: 'broken' }), [{ id: 'a', last_error: 'broken' }])
    assert.deepEqual(await fail(db, { id: 'a', error: null }), [{ id: 'a', last_error: null }])
  })

  test('keeps apart the SQL of two databases', async (t) => {
    const [first, second] = [await withJobs(t, 'a'), await withJobs(t, 'a', 'b')]
    const all = prepared((db: Executor, _values: Record<string, never>) =>
      db.selectFrom('job').select('id').orderBy('id'),
    )
    assert.deepEqual(await all(first, {}), [{ id: 'a' }])
    assert.deepEqual(await all(second, {}), [{ id: 'a' }, { id: 'b' }])
  })

  test('refuses a query that looks at a value: it would be the same for every value', async (t) => {
    const db = await withJobs(t)
    const upper = prepared((tx: Executor, { name }: { name: string }) =>
      tx.selectFrom('job').select('id').where('name', '=', `${name}!`),
    )
    await assert.rejects(upper(db, { name: 'a' }), /“name” of a prepared query may only be put into it/)
  })
})
