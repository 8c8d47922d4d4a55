import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { StorageUnavailable } from '#platform/storage/storage.ts'
import { makeCourse } from '#support/courses.ts'
import { createHarness } from '#support/harness.ts'
import { loadConfig } from './config.ts'
import { StartError } from './start-error.ts'

const openStorage = async () => {
  throw new StorageUnavailable('The disk is on fire')
}

describe('a feature that cannot be set up', () => {
  test('is left out, loudly, and everything else is served', async (t) => {
    const { visitor, signUp, log, app } = await createHarness(t, { openStorage })
    const ready = await visitor.get('/ready')
    assert.equal(ready.statusCode, 200)
    assert.deepEqual(ready.json().leftOut, ['files'])
    const errors = log.lines().filter((line) => line.level === 'error')
    assert.equal(errors.length, 1)
    assert.equal(errors[0]?.feature, 'files')
    assert.match(JSON.stringify(errors[0]), /The disk is on fire/)

    const instructor = await signUp('instructor')
    for (const response of [await instructor.post('/files', {}), await instructor.get('/users/me/files')]) {
      assert.equal(response.statusCode, 404)
      assert.equal(response.json().type, '/problems/request/no-such-address')
    }
    await makeCourse(instructor)
    assert.equal((await visitor.get('/courses')).json().items.length, 1)
    assert.equal(
      app.jobs.names.some((name) => name.startsWith('files.')),
      false,
    )
    assert.ok(app.jobs.names.length > 0)
  })

  test('stops the start with one sentence when STRICT_ROUTER_IMPORTS=true', async (t) => {
    await assert.rejects(createHarness(t, { openStorage, settings: { STRICT_ROUTER_IMPORTS: 'true' } }), (error) => {
      assert.ok(error instanceof StartError)
      assert.match(error.message, /^The feature “files” cannot be set up, .*: The disk is on fire$/)
      return true
    })
  })
})

test('with everything set up, nothing is left out', async (t) => {
  const { visitor } = await createHarness(t)
  assert.deepEqual((await visitor.get('/ready')).json().leftOut, [])
})

test('production must be strict', () => {
  const settings = { ENVIRONMENT: 'production' }
  assert.throws(() => loadConfig(settings), /STRICT_ROUTER_IMPORTS: must be true in production/)
  assert.throws(
    () => loadConfig({ ...settings, STRICT_ROUTER_IMPORTS: 'true' }),
    (error: Error) => !error.message.includes('STRICT_ROUTER_IMPORTS'),
  )
})
