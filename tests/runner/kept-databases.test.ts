import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { createTestDatabase } from '#support/test-database.ts'
import type { Database } from '../../src/database.ts'

type Work = (db: Kysely<Database>) => Promise<unknown>

/** Does the work with a database as a test has it; returns the database's name. */
async function use(work: Work): Promise<string> {
  const { db, drop } = await createTestDatabase()
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db)
  await work(db)
  await drop()
  return rows[0]?.name ?? ''
}

const nothing: Work = async () => {}

const addEvent: Work = (db) =>
  sql`insert into audit_event (id, occurred_at, action, subject_type, details)
    values ('1', now(), 'tested', 'test', '{}')`.execute(db)

test('the next test has the same database, without even what triggers protect', async () => {
  const first = await use(addEvent)
  const second = await use(async (db) => {
    assert.deepEqual(await db.selectFrom('audit_event').selectAll().execute(), [])
    await addEvent(db)
    await assert.rejects(sql`delete from audit_event`.execute(db), 'the trigger guards it still')
  })
  assert.equal(second, first)
})

test('two tests at once have two databases', async () => {
  const other = { name: '' }
  const name = await use(async () => {
    other.name = await use(nothing)
  })
  assert.notEqual(other.name, name)
})

const spoilt: Record<string, Work> = {
  'a changed schema': (db) => sql`alter table course add column colour text`.execute(db),
  'another function': (db) => sql`create function one() returns int language sql as 'select 1'`.execute(db),
  'a migration taken back': (db) => sql`delete from schema_migration where name like '0002%'`.execute(db),
}
for (const [what, spoil] of Object.entries(spoilt)) {
  test(`nobody else has a database with ${what}`, async () => {
    const before = await use(nothing)
    assert.equal(await use(spoil), before)
    assert.notEqual(await use(nothing), before)
  })
}

test('nobody else has a database whose address a test gave to another process', async () => {
  const { db, url, drop } = await createTestDatabase()
  assert.match(url, /^postgres/, 'this test needs TEST_DATABASE_URL, as "npm test" gives it')
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db)
  await drop()
  assert.notEqual(await use(nothing), rows[0]?.name)
})

test('nobody else has a database in which something of a test still runs', async () => {
  const { db, drop } = await createTestDatabase()
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db)
  const late = sql`select pg_sleep(0.3)`.execute(db)
  await new Promise(setImmediate)
  await drop()
  await late
  assert.notEqual(await use(nothing), rows[0]?.name)
})
