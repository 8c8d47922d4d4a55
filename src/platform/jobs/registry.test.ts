import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Type } from 'typebox'
import { defineJob, handle } from './job.ts'
import { defineRecurring } from './recurring.ts'
import { createJobRegistry } from './registry.ts'

const job = (name: `test.${string}`) => defineJob({ name, payload: Type.Object({}), attempts: 1 })
const work = async () => {}

describe('the registry of jobs', () => {
  test('refuses to start, naming every mistake at once', () => {
    const [good, orphan, double, stranger] = [
      job('test.good'),
      job('test.orphan'),
      job('test.double'),
      job('test.strange'),
    ]
    const parts = {
      jobs: [good, orphan, double],
      handlers: [good, double, double, stranger].map((one) => handle(one, work)),
      recurring: [defineRecurring({ job: stranger, everySeconds: 60, payload: {} })],
    }
    assert.throws(() => createJobRegistry(parts), {
      message:
        'The jobs do not fit together: test.double has two handlers; test.orphan has no handler; ' +
        'the handler of test.strange has no such job; the recurring job test.strange is not defined',
    })
  })

  test('refuses two jobs of one name', () => {
    const twins = [job('test.twin'), job('test.twin')]
    const parts = { jobs: twins, handlers: twins.map((one) => handle(one, work)), recurring: [] }
    assert.throws(() => createJobRegistry(parts), /test\.twin is defined twice/)
  })

  test('knows its jobs by name, and nothing else', () => {
    const known = handle(job('test.known'), work)
    const registry = createJobRegistry({ jobs: [known.job], handlers: [known], recurring: [] })
    assert.equal(registry.handlerOf('test.known'), known)
    assert.equal(registry.handlerOf('test.other'), undefined)
  })
})
