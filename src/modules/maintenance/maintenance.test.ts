import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createHarness, type Harness } from '#support/harness.ts'
import { beginMaintenance, endMaintenance } from './index.ts'

const MINUTE_MS = 60_000

/** Begins maintenance and lets the process look, as it does every two seconds. */
async function begin({ db, app, clock }: Harness, minutes: number | null): Promise<void> {
  const endsAt = minutes === null ? null : new Date(clock.now().getTime() + minutes * MINUTE_MS).toISOString()
  await beginMaintenance(db, { message: 'We are moving the database.', endsAt }, clock.now())
  await app.maintenance.refresh()
}

describe('maintenance', () => {
  test('503 for visitors, students and instructors, with the message, the end and Retry-After; nothing is done', async (t) => {
    const harness = await createHarness(t)
    harness.clock.freeze()
    const people = [harness.visitor, await harness.signUp('student'), await harness.signUp('instructor')]
    await begin(harness, 10)
    const before = await harness.db.selectFrom('course').select('id').execute()
    for (const person of people) {
      for (const response of [
        await person.get('/courses'),
        await person.post('/courses', { title: 'Refused', summary: 'Nothing of it is kept.' }),
        await person.get('/no-such-address'),
        await person.post('/auth/register', { email: 'new@example.org' }),
      ]) {
        assert.equal(response.statusCode, 503, response.body)
        assert.equal(response.json().type, '/problems/server/maintenance')
        assert.equal(response.json().message, 'We are moving the database.')
        assert.ok(response.json().endsAt > harness.clock.now().toISOString())
        assert.equal(response.headers['retry-after'], '600')
        assert.ok(response.headers['x-request-id'] && response.headers['content-security-policy'])
      }
    }
    assert.deepEqual(await harness.db.selectFrom('course').select('id').execute(), before)
    assert.doesNotMatch(harness.log.text(), /request failed/, 'a decision is no failure')
  })

  test('200 for an administrator, who can sign in while it lasts; a forged token does not help', async (t) => {
    const harness = await createHarness(t)
    harness.clock.freeze()
    const administrator = await harness.signUp('administrator')
    await begin(harness, null)
    const again = await harness.signIn(administrator)
    assert.equal((await again.get('/courses')).statusCode, 200)
    assert.equal((await again.get('/admin/audit-events')).statusCode, 200)
    const forged = harness.client(`${again.token}x`)
    assert.equal((await forged.get('/courses')).statusCode, 503)
  })

  test('200 for health, readiness, metrics and the explanation of problems; readiness tells of it', async (t) => {
    const harness = await createHarness(t)
    harness.clock.freeze()
    const { app } = harness
    assert.equal((await harness.visitor.get('/ready')).json().maintenance, null)
    await begin(harness, 10)
    assert.equal((await harness.visitor.get('/health')).statusCode, 200)
    const ready = await harness.visitor.get('/ready')
    assert.equal(ready.statusCode, 200)
    assert.equal(ready.json().status, 'ready')
    assert.equal(ready.json().maintenance.message, 'We are moving the database.')
    for (const url of ['/', '/problems/server/maintenance', '/docs']) {
      assert.equal((await app.server.inject(url)).statusCode, 200, url)
    }
    const metrics = (await app.server.inject('/metrics')).body
    assert.match(metrics, /^lms_maintenance_active 1$/m)
    assert.match(metrics, /^lms_maintenance_overdue_seconds 0$/m)
  })

  test('what was refused is counted, and what lasts beyond its end says for how long', async (t) => {
    const harness = await createHarness(t)
    harness.clock.freeze()
    await begin(harness, 10)
    await harness.visitor.get('/courses')
    harness.clock.advance({ minutes: 15 })
    assert.equal((await harness.visitor.get('/courses')).headers['retry-after'], '120')
    const metrics = (await harness.app.server.inject('/metrics')).body
    assert.match(metrics, /^lms_maintenance_refused_total 2$/m)
    assert.match(metrics, /^lms_maintenance_overdue_seconds 300$/m)
  })

  test('it ends for all at the next look, and the audit log has its beginning, its change and its end', async (t) => {
    const harness = await createHarness(t)
    harness.clock.freeze()
    await begin(harness, null)
    await begin(harness, 20)
    const ended = await endMaintenance(harness.db, harness.clock.now())
    assert.equal(ended?.begunAt, harness.clock.now().toISOString())
    assert.equal((await harness.visitor.get('/courses')).statusCode, 503, 'until it looks')
    await harness.app.maintenance.refresh()
    assert.equal((await harness.visitor.get('/courses')).statusCode, 200)
    assert.equal(await endMaintenance(harness.db, harness.clock.now()), null)
    const actions = await harness.db
      .selectFrom('audit_event')
      .select('action')
      .where('subject_type', '=', 'maintenance')
      .orderBy('id')
      .execute()
    assert.deepEqual(
      actions.map(({ action }) => action),
      ['maintenance.begun', 'maintenance.changed', 'maintenance.ended'],
    )
    assert.match(harness.log.text(), /maintenance begins[\s\S]*maintenance ends/)
  })
})
