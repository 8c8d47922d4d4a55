import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deriveKey } from './derive-key.ts'
import { createSecretBox } from './secret-box.ts'

const box = createSecretBox(deriveKey('a secret key', 'test'))

test('a sealed secret opens with its key and context only, and shows nothing of itself', () => {
  const sealed = box.seal('JBSWY3DPEHPK3PXP', 'user 1')
  assert.equal(box.open(sealed, 'user 1'), 'JBSWY3DPEHPK3PXP')
  assert.throws(() => box.open(sealed, 'user 2'))
  assert.throws(() => createSecretBox(deriveKey('a secret key', 'other')).open(sealed, 'user 1'))
  assert.notEqual(box.seal('JBSWY3DPEHPK3PXP', 'user 1'), sealed, 'the same secret is never sealed twice alike')
})

test('a sealed secret that was changed in any byte, or cut, does not open', () => {
  const sealed = box.seal('secret', 'user 1')
  const bytes = Buffer.from(sealed.slice(3), 'base64url')
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes)
    changed[index] = (changed[index] ?? 0) ^ 1
    assert.throws(() => box.open(`v1.${changed.toString('base64url')}`, 'user 1'), `byte ${index}`)
    assert.throws(() => box.open(`v1.${bytes.subarray(0, index).toString('base64url')}`, 'user 1'), `length ${index}`)
  }
})

test('keys of two purposes differ, and one purpose always has the same key', () => {
  assert.deepEqual(deriveKey('a secret key', 'one'), deriveKey('a secret key', 'one'))
  assert.notDeepEqual(deriveKey('a secret key', 'one'), deriveKey('a secret key', 'two'))
  assert.notDeepEqual(deriveKey('a secret key', 'one'), deriveKey('another key', 'one'))
})
