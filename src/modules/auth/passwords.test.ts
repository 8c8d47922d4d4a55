import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Problem } from '#platform/problem/problem.ts'
import { createPasswords } from './passwords.ts'

const cheapest = { memoryKib: 8, passes: 1 }

describe('passwords', () => {
  test('503 for those that find 41 before them, and only a while later, so that asking again at once is no use', async () => {
    const passwords = createPasswords(cheapest)
    const startedAt = performance.now()
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const failure = await passwords.hashPassword('a password').then(
          () => undefined,
          (error: unknown) => error,
        )
        return { failure, afterMs: performance.now() - startedAt }
      }),
    )
    const refused = outcomes.filter(({ failure }) => failure !== undefined)
    assert.equal(refused.length, 9)
    for (const { failure, afterMs } of refused) {
      assert.ok(failure instanceof Problem && failure.status === 503, String(failure))
      assert.ok(afterMs >= 900, `refused after ${afterMs} ms`)
    }
    await passwords.hashPassword('the next one finds a free place')
  })

  test('a hash made at another cost still fits, and is told to be outdated', async () => {
    const stored = await createPasswords(cheapest).hashPassword('Pässword')
    const dearer = createPasswords({ memoryKib: 16, passes: 2 })
    assert.deepEqual(await dearer.verifyPassword('Pässword', stored), { matches: true, isOutdated: true })
    assert.deepEqual(await dearer.verifyPassword('Passw0rd', stored), { matches: false, isOutdated: true })
    assert.deepEqual(await dearer.verifyPassword('Pässword', null), { matches: false, isOutdated: false })
  })
})
