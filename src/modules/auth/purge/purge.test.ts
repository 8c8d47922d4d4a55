import assert from 'node:assert/strict'
import { test } from 'node:test'
import { enqueue } from '#platform/jobs/outbox.ts'
import { createHarness, type Harness, type Person } from '#support/harness.ts'

const purges = ['auth.purge-expired', 'accounts.purge-expired-tokens']

/** Runs what recurs every hour. */
async function purge({ app, db, clock, runJobs }: Harness): Promise<void> {
  const due = app.jobs.recurring.filter(({ job }) => purges.includes(job.name))
  assert.equal(due.length, purges.length)
  for (const { job } of due) await enqueue(db, job, {}, clock.now())
  await runJobs()
}

async function logIn({ visitor }: Harness, { email, password }: Person): Promise<string> {
  const login = await visitor.post('/auth/login', { email, password })
  return login.json().refreshToken
}

async function refresh({ visitor }: Harness, refreshToken: string): Promise<string> {
  const refreshed = await visitor.post('/auth/refresh', { refreshToken })
  assert.equal(refreshed.statusCode, 200, refreshed.body)
  return refreshed.json().refreshToken
}

test('sessions go 90 days after they expired; one in use stays and works, without its oldest tokens', async (t) => {
  const harness = await createHarness(t)
  const { db, clock } = harness
  const person = await harness.signUp('student')
  let used = await logIn(harness, person)
  for (let rounds = 0; rounds < 6; rounds++) {
    clock.advance({ days: 20 })
    used = await refresh(harness, used)
  }
  await purge(harness)
  const sessions = await db.selectFrom('session').select('id').execute()
  assert.equal(sessions.length, 1, 'the first session has expired 90 days ago')
  const tokens = await db.selectFrom('refresh_token').select('used_at').execute()
  assert.deepEqual(tokens.map(({ used_at }) => used_at === null).sort(), [false, true])
  await refresh(harness, used)
})

test('a session that has expired is kept for 90 days: the network stays known', async (t) => {
  const harness = await createHarness(t)
  await harness.signUp('student')
  harness.clock.advance({ days: 30 + 89 })
  await purge(harness)
  assert.equal((await harness.db.selectFrom('session').select('id').execute()).length, 1)
})

test('a refresh token that was replaced is kept as long as its replay must be noticed', async (t) => {
  const harness = await createHarness(t)
  const first = await logIn(harness, await harness.signUp('student'))
  harness.clock.advance({ days: 29 })
  const second = await refresh(harness, first)
  await purge(harness)
  assert.equal((await harness.visitor.post('/auth/refresh', { refreshToken: first })).statusCode, 401)
  assert.equal((await harness.visitor.post('/auth/refresh', { refreshToken: second })).statusCode, 401)
})

test('links and challenges go when they have expired, not before', async (t) => {
  const harness = await createHarness(t)
  const { db, clock, visitor } = harness
  const { email, password, userId } = await harness.signUp('student')
  await visitor.post('/auth/forgot-password', { email })
  const at = clock.now().toISOString()
  await db.updateTable('user_account').set({ totp_enabled_at: at }).where('id', '=', userId).execute()
  await visitor.post('/auth/login', { email, password })
  const left = async () => [
    (await db.selectFrom('login_challenge').select('user_id').execute()).length,
    (await db.selectFrom('one_time_token').select('user_id').execute()).length,
  ]
  await purge(harness)
  assert.deepEqual(await left(), [1, 1])
  clock.advance({ minutes: 6 })
  await purge(harness)
  assert.deepEqual(await left(), [0, 1])
  clock.advance({ minutes: 25 })
  await purge(harness)
  assert.deepEqual(await left(), [0, 0])
})

test('more rows than one batch are all deleted', async (t) => {
  const harness = await createHarness(t)
  const { db, clock } = harness
  const at = clock.now().toISOString()
  const rows = Array.from({ length: 2500 }, (_, index) => ({
    id: `token-${index}`,
    purpose: 'reset-password' as const,
    user_id: null,
    token_hash: `hash-${index}`,
    created_at: at,
    expires_at: at,
    used_at: null,
  }))
  for (let start = 0; start < rows.length; start += 500) {
    await db
      .insertInto('one_time_token')
      .values(rows.slice(start, start + 500))
      .execute()
  }
  clock.advance({ seconds: 1 })
  await purge(harness)
  assert.equal((await db.selectFrom('one_time_token').select('id').execute()).length, 0)
})
