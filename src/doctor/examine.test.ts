import assert from 'node:assert/strict'
import { test } from 'node:test'
import { healthyPatient, productionSettings } from '#support/healthy-patient.ts'
import { type Check, fail, ok, skipped } from './check.ts'
import { examine } from './examine.ts'
import { redactionOf } from './redaction.ts'
import { reportText } from './report-text.ts'

const plain = { timeoutMs: 50, redact: (text: string) => text }

function check(id: Check['id'], look: Check['look'], needs?: string): Check {
  return { id, meaning: 'It is so.', fix: 'make it so', look, ...(needs !== undefined && { needs }) }
}

test('a check that never ends has failed after its time, and holds nobody else up', async () => {
  const results = await examine(
    [check('a.dead', () => new Promise(() => {})), check('a.alive', () => ok('here'))],
    healthyPatient(),
    plain,
  )
  assert.deepEqual(
    results.map(({ status, found }) => [status, found]),
    [
      ['fail', 'no answer within 0.05 s'],
      ['ok', 'here'],
    ],
  )
})

test('what needs a failed or skipped check is skipped with the reason, and is not run', async () => {
  let runs = 0
  const count = () => {
    runs++
    return ok('ran')
  }
  const results = await examine(
    [
      check('b.first', count, 'b.broken'),
      check('b.broken', () => {
        throw new Error('no route')
      }),
      check('b.absent', () => skipped('REDIS_URL is empty')),
      check('b.second', count, 'b.absent'),
      check('b.third', count, 'b.first'),
    ],
    healthyPatient(),
    plain,
  )
  assert.deepEqual(
    results.map(({ status, found }) => [status, found]),
    [
      ['skipped', 'b.broken failed'],
      ['fail', 'no route'],
      ['skipped', 'REDIS_URL is empty'],
      ['skipped', 'REDIS_URL is empty'],
      ['skipped', 'b.broken failed'],
    ],
  )
  assert.equal(runs, 0)
})

test('no secret gets out of what a server said: neither a whole value, nor a password or key within an address', async () => {
  const secrets = {
    SECRET_KEY: 'plantedkey-0123456789abcdef-0123456789',
    DATABASE_URL: 'postgresql://lms:planted%2Fpw@db:5432/lms',
    REDIS_URL: 'redis://:plantedredis@redis:6379',
    SMTP_PASSWORD: 'plantedsmtp',
    SENTRY_DSN: 'https://plantedsentry@sentry.example/1',
    AZURE_STORAGE_CONNECTION_STRING: 'AccountName=a;AccountKey=plantedazure==;EndpointSuffix=x',
  }
  const { config } = healthyPatient({ settings: secrets })
  const said = `${Object.values(secrets).join('\n')} planted/pw planted%2Fpw plantedredis plantedsentry plantedazure==
    ${Buffer.from('plantedsmtp').toString('base64')}`
  const [result] = await examine([check('c.talks', () => fail(said))], healthyPatient(), {
    timeoutMs: 50,
    redact: redactionOf(config),
  })
  assert.doesNotMatch(result?.found ?? '', /planted/)
  assert.doesNotMatch(result?.found ?? '', /cGxhbnRl/, 'nor in base64')
  assert.match(result?.found ?? '', /\(hidden\)/)
  assert.equal(redactionOf(config)(productionSettings.APP_DOMAIN), productionSettings.APP_DOMAIN)
})

test('the report ends with what is wrong and how to put it right, and says why checks were skipped', async () => {
  const results = await examine(
    [
      check('d.bad', () => fail('it is\n  broken')),
      check('d.good', () => ok('fine')),
      check('e.one', () => skipped('nobody is there')),
      check('e.two', () => skipped('nobody is there')),
    ],
    healthyPatient(),
    plain,
  )
  assert.equal(
    reportText(results, { color: false, showsSkipped: false }),
    `✗ d.bad   it is | broken
✓ d.good  fine
- 2 skipped: nobody is there (e)

✗ d.bad: it is | broken
  It is so.
  → make it so

4 checks: 1 ok, 0 warn, 1 fail, 2 skipped.
`,
  )
  assert.match(reportText(results, { color: false, showsSkipped: true }), /^- e\.two {3}nobody is there$/m)
  assert.ok(reportText(results, { color: true, showsSkipped: false }).includes('\u001b[31m✗ d.bad'))
})
