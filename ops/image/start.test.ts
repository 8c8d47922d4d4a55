import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startScript } from '#support/product-process.ts'

test('the image starts Node as npm start does: with the same flags and environment', () => {
  const dockerfile = readFileSync(join(import.meta.dirname, '../../Dockerfile'), 'utf8')
  const { nodeFlags, env } = startScript()
  const [, entrypoint = '[]'] = /^ENTRYPOINT (.*)$/m.exec(dockerfile) ?? []
  assert.ok(nodeFlags.length > 0)
  assert.deepEqual(JSON.parse(entrypoint), ['node', ...nodeFlags, '/app/src/main.ts'])
  const settings = [...dockerfile.matchAll(/^ENV (.*)$/gm)].flatMap(([, line = '']) => line.split(' '))
  for (const [name, value] of Object.entries(env)) assert.ok(settings.includes(`${name}=${value}`), name)
})
