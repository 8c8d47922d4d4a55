import assert from 'node:assert/strict'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { yieldPoolToEventLoop } from './yield-pool.ts'

test('the threads that hash yield, the event loop does not', async () => {
  const before = getPriority()
  const yielding = await yieldPoolToEventLoop()
  assert.equal(yielding, process.platform === 'linux' ? Number(process.env.UV_THREADPOOL_SIZE ?? 4) : 0)
  assert.equal(getPriority(), before)
})
