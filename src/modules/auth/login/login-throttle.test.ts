import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BreakableStore, createBreakableStore } from '#support/breakable-store.ts'
import { createHarness, type Harness } from '#support/harness.ts'

const HOME = '192.0.2.10'
const STRANGER = '198.51.100.20'

/** Logs in from `address`; the status tells whether it was wrong (401), refused unseen (429) or right (200). */
function loginFrom({ client }: Harness, address: string, email: string, password: string) {
  return client(null, address).post('/auth/login', { email, password })
}

async function failFrom(harness: Harness, address: string, emails: readonly string[]): Promise<number[]> {
  const statuses: number[] = []
  for (const email of emails) statuses.push((await loginFrom(harness, address, email, 'wrong password')).statusCode)
  return statuses
}

describe('failed logins', () => {
  test('429 after five failures on one account from one network, with the right password too', async (t) => {
    const harness = await createHarness(t)
    const { email, password } = await harness.signUp('student')
    assert.deepEqual(await failFrom(harness, STRANGER, Array(6).fill(email)), [401, 401, 401, 401, 401, 429])
    const refused = await loginFrom(harness, STRANGER, email, password)
    assert.equal(refused.statusCode, 429)
    const wait = Number(refused.headers['retry-after'])
    assert.ok(wait > 800 && wait <= 900, `waits ${wait} s`)
    assert.equal(refused.json().retryAfterSeconds, wait)
  })

  test('200 for the owner from another network while a stranger fails on his account', async (t) => {
    const harness = await createHarness(t)
    const { email, password } = await harness.signUp('student')
    await failFrom(harness, STRANGER, Array(10).fill(email))
    assert.equal((await loginFrom(harness, HOME, email, password)).statusCode, 200)
  })

  test('the wait ends, and the account opens again from there', async (t) => {
    const harness = await createHarness(t, { store: createBreakableStore })
    const { email, password } = await harness.signUp('student')
    await failFrom(harness, STRANGER, Array(6).fill(email))
    harness.clock.advance({ minutes: 14 })
    assert.equal((await loginFrom(harness, STRANGER, email, password)).statusCode, 429)
    harness.clock.advance({ minutes: 2 })
    assert.equal((await loginFrom(harness, STRANGER, email, password)).statusCode, 200)
  })

  test('a success begins the count of that account anew', async (t) => {
    const harness = await createHarness(t)
    const { email, password } = await harness.signUp('student')
    await failFrom(harness, HOME, Array(4).fill(email))
    assert.equal((await loginFrom(harness, HOME, email, password)).statusCode, 200)
    assert.deepEqual(await failFrom(harness, HOME, Array(5).fill(email)), [401, 401, 401, 401, 401])
  })

  test('an address that nobody has is counted like any other: the refusal tells nothing', async (t) => {
    const harness = await createHarness(t)
    const statuses = await failFrom(harness, STRANGER, Array(6).fill('nobody@example.org'))
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429])
  })

  test('guesses that are sent at once do not outrun their count', async (t) => {
    const harness = await createHarness(t)
    const { email } = await harness.signUp('student')
    const guesses = Array.from({ length: 30 }, (_, guess) => loginFrom(harness, STRANGER, email, `guess ${guess}`))
    const statuses = (await Promise.all(guesses)).map(({ statusCode }) => statusCode)
    assert.equal(statuses.filter((status) => status === 401).length, 5)
    assert.equal(statuses.filter((status) => status === 429).length, 25)
  })

  test('the addresses of one IPv6 /64 are one network, another /64 is not', async (t) => {
    const harness = await createHarness(t)
    const { email, password } = await harness.signUp('student')
    for (let host = 1; host <= 5; host++) await failFrom(harness, `2001:db8:1:2::${host}`, [email])
    assert.equal((await loginFrom(harness, '2001:db8:1:2:ffff::9', email, password)).statusCode, 429)
    assert.equal((await loginFrom(harness, '2001:db8:1:3::1', email, password)).statusCode, 200)
  })
})

describe('failed logins of a whole network', () => {
  const settings = { LOGIN_FAILURES_PER_NETWORK: '8' }

  test('429 for accounts that never logged in there, although each has few failures', async (t) => {
    const harness = await createHarness(t, { settings })
    const victims = await Promise.all(Array.from({ length: 9 }, () => harness.signUp('student')))
    const emails = victims.map(({ email }) => email)
    assert.deepEqual(await failFrom(harness, STRANGER, emails), [...Array(8).fill(401), 429])
    assert.equal((await loginFrom(harness, HOME, emails[8] ?? '', victims[8]?.password ?? '')).statusCode, 200)
  })

  test('200 for a school’s accounts although one pupil has used all failures of its address up', async (t) => {
    const harness = await createHarness(t, { settings })
    const [teacher, pupil] = [await harness.signUp('instructor'), await harness.signUp('student')]
    const school = HOME
    assert.equal((await loginFrom(harness, school, teacher.email, teacher.password)).statusCode, 200)
    await failFrom(
      harness,
      school,
      Array.from({ length: 8 }, (_, count) => `guess-${count}@example.org`),
    )
    assert.equal((await loginFrom(harness, school, teacher.email, teacher.password)).statusCode, 200)
    assert.equal((await loginFrom(harness, school, teacher.email, 'wrong password')).statusCode, 401)
    assert.equal((await loginFrom(harness, school, pupil.email, pupil.password)).statusCode, 429, 'never seen there')
  })

  test('logging in to an account of one’s own in between does not help', async (t) => {
    const harness = await createHarness(t, { settings })
    const own = await harness.signUp('student')
    const statuses: number[] = []
    for (let victim = 0; victim < 9; victim++) {
      statuses.push(...(await failFrom(harness, STRANGER, [`victim-${victim}@example.org`])))
      assert.equal((await loginFrom(harness, STRANGER, own.email, own.password)).statusCode, 200)
    }
    assert.deepEqual(statuses, [...Array(8).fill(401), 429])
  })
})

describe('without Redis', () => {
  test('this process counts by itself, and the shared counts hold again when it is back', async (t) => {
    let store: BreakableStore | undefined
    const harness = await createHarness(t, {
      settings: { ACCESS_TOKEN_BLACKLIST_FAIL_CLOSED: 'false' },
      store(clock) {
        store = createBreakableStore(clock)
        return store
      },
    })
    assert.ok(store)
    const { email, password } = await harness.signUp('student')
    await failFrom(harness, STRANGER, Array(3).fill(email))

    store.isDown = true
    const during = await failFrom(harness, STRANGER, Array(6).fill(email))
    assert.deepEqual(during, [401, 401, 401, 401, 401, 429], 'an outage does not open the gate')
    assert.equal((await loginFrom(harness, HOME, email, password)).statusCode, 200, 'nor does it close it')

    store.isDown = false
    const after = await failFrom(harness, STRANGER, Array(3).fill(email))
    assert.deepEqual(after, [401, 401, 429], 'three failures from before are remembered')
    assert.match(await harness.metrics.metrics(), /lms_throttle_fallbacks_total [1-9]/)
  })
})

test('what throttles refuse is counted by what has to wait', async (t) => {
  const harness = await createHarness(t, { settings: { LOGIN_FAILURES_PER_NETWORK: '6' } })
  await failFrom(harness, STRANGER, [...Array(6).fill('one@example.org'), 'two@example.org', 'three@example.org'])
  const text = await harness.metrics.metrics()
  assert.match(text, /lms_auth_throttled_total\{scope="account"\} 1\n/)
  assert.match(text, /lms_auth_throttled_total\{scope="network"\} 1\n/)
  assert.match(text, /lms_auth_attempts_total\{action="login",outcome="throttled"\} 2\n/)
})
