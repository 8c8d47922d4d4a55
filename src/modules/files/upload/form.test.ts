import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeCourse } from '#support/courses.ts'
import { createHarness } from '#support/harness.ts'
import { form, pdf, storedObjects } from '#support/uploads.ts'

const RUNS = 300

/** One change of the bytes: cut out `removed` at `at` (of a thousand), and put `added` there. */
const damage = fc.record({
  at: fc.integer({ min: 0, max: 1000 }),
  removed: fc.integer({ min: 0, max: 40 }),
  added: fc.oneof(
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom(
        '\r\n',
        '\r\n\r\n',
        '--',
        '"',
        ';',
        '\0',
        "filename*=UTF-8''%ff%fe",
        'Content-Type: application/json',
      )
      .map((text) => Buffer.from(text)),
    fc.integer({ min: 1, max: 30_000 }).map((length) => Buffer.alloc(length, 'x')),
  ),
})

test('no damaged form is answered 5xx, hangs, or leaves an object without a row or a row without an object', async (t) => {
  const harness = await createHarness(t)
  const instructor = await harness.signUp('instructor')
  const { courseId } = await makeCourse(instructor)
  const whole = form(
    { field: 'courseId', content: courseId },
    { field: 'file', content: Buffer.concat([pdf, Buffer.alloc(1000, 'x')]), name: 'a.pdf', type: 'application/pdf' },
  )
  const statuses = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
      let payload = whole.payload
      for (const { at, removed, added } of damages) {
        const start = Math.floor((at / 1000) * payload.length)
        payload = Buffer.concat([payload.subarray(0, start), added, payload.subarray(start + removed)])
      }
      const { statusCode, body } = await instructor.post('/files', payload, whole.headers)
      assert.ok(
        [201, 400, 404, 413, 415].includes(statusCode),
        `${statusCode} ${body}\n${harness.log.text().slice(-2000)}`,
      )
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
    }),
    { numRuns: RUNS },
  )
  t.diagnostic([...statuses].map(([status, count]) => `${status} × ${count}`).join(', '))
  assert.ok((statuses.get(201) ?? 0) > 0 && (statuses.get(400) ?? 0) > 0)
  const rows = await harness.db.selectFrom('stored_file').select('storage_key').execute()
  assert.deepEqual((await storedObjects(harness)).sort(), rows.map((row) => row.storage_key.replace('/', '~')).sort())
})
