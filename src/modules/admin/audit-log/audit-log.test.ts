import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'kysely'
import { createHarness } from '#support/harness.ts'

interface Event {
  readonly id: string
  readonly action: string
  readonly actorId: string | null
  readonly subjectId: string | null
  readonly requestId: string | null
}

describe('GET /admin/audit-events', () => {
  test('200 shows who did what to whom, newest first, page by page, each once', async (t) => {
    const harness = await createHarness(t)
    const [administrator, person] = [await harness.signUp('administrator'), await harness.signUp('student')]
    const changed = await administrator.patch(`/admin/users/${person.userId}`, { role: 'instructor' })
    await administrator.post(`/admin/users/${person.userId}/deactivate`)
    const seen: Event[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: { items: Event[]; nextCursor: string | null } = (
        await administrator.get(`/admin/audit-events?limit=2${cursor && `&cursor=${cursor}`}`)
      ).json()
      seen.push(...page.items)
      cursor = page.nextCursor
    }
    const expected = [
      'auth.sessions-ended',
      'user.deactivated',
      'user.role-changed',
      'auth.logged-in',
      'auth.logged-in',
    ]
    assert.deepEqual(
      seen.map(({ action }) => action),
      expected,
    )
    const { id: _id, ...event } = seen[2] ?? assert.fail()
    assert.deepEqual(
      { ...event, occurredAt: undefined },
      {
        occurredAt: undefined,
        actorId: administrator.userId,
        action: 'user.role-changed',
        subjectType: 'user',
        subjectId: person.userId,
        network: '127.0.0.1',
        requestId: changed.headers['x-request-id'],
        details: { from: 'student', to: 'instructor' },
      },
    )
  })

  test('200 filters by actor, subject and action', async (t) => {
    const harness = await createHarness(t)
    const [administrator, person] = [await harness.signUp('administrator'), await harness.signUp('student')]
    await administrator.post(`/admin/users/${person.userId}/deactivate`)
    await administrator.post(`/admin/users/${person.userId}/reactivate`)
    const actions = async (query: string) =>
      (await administrator.get(`/admin/audit-events?${query}`)).json().items.map(({ action }: Event) => action)
    assert.deepEqual(await actions(`actorId=${person.userId}`), ['auth.logged-in'])
    assert.deepEqual(await actions(`subjectId=${person.userId}`), [
      'user.reactivated',
      'auth.sessions-ended',
      'user.deactivated',
    ])
    assert.deepEqual(await actions(`subjectId=${person.userId}&action=user.deactivated`), ['user.deactivated'])
    assert.deepEqual(await actions('action=user.invited'), [])
  })

  test('400 for an actor that is no id and an action that cannot be', async (t) => {
    const administrator = await (await createHarness(t)).signUp('administrator')
    for (const query of ['actorId=1', 'subjectId=1', 'action=x', 'cursor=nonsense']) {
      assert.equal((await administrator.get(`/admin/audit-events?${query}`)).statusCode, 400, query)
    }
  })
})

test('the audit log cannot be changed or emptied, not even with SQL', async (t) => {
  const { signUp, db } = await createHarness(t)
  await signUp('student')
  for (const statement of ['update audit_event set action = action', 'delete from audit_event']) {
    await assert.rejects(sql.raw(statement).execute(db), /append-only/)
  }
  assert.equal((await db.selectFrom('audit_event').selectAll().execute()).length, 1)
})
