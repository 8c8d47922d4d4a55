import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { createHarness } from '#support/harness.ts'
import { postgresUrl } from '#support/test-database.ts'

test('503 with Retry-After when the disk is full, the cause in the log, and reads go on', async (t) => {
  const harness = await createHarness(t)
  const author = await harness.signUp('instructor')
  if (postgresUrl) {
    // PostgreSQL says so with a code of its own, SQLSTATE 53100.
    await sql`create function disk_full() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`.execute(
      harness.db,
    )
    await sql`create trigger full_disk before insert on course execute function disk_full()`.execute(harness.db)
  } else {
    await sql.raw('pragma max_page_count = 1').execute(harness.db)
  }
  const body = { title: 'Too much', summary: 'word '.repeat(60), description: 'word '.repeat(3_800) }
  const response = await author.post('/courses', body)
  assert.equal(response.statusCode, 503, response.body)
  assert.equal(response.json().type, '/problems/server/database-unavailable')
  assert.ok(Number(response.headers['retry-after']) > 0)
  assert.match(harness.log.text(), /database or disk is full|No space left on device/)
  assert.equal((await author.get('/users/me')).statusCode, 200)
})
