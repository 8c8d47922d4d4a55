import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadConfig } from './config.ts'
import { configurationReference, effectiveConfiguration, environmentExample } from './config-reference.ts'
import { ConfigSchema } from './settings.ts'

const names = Object.keys(ConfigSchema.properties)

describe('the generated references of the configuration', () => {
  test('name every setting', () => {
    for (const name of names) {
      assert.ok(environmentExample().includes(`\n# ${name}=`), name)
      assert.ok(configurationReference().includes(`\n| \`${name}\``), name)
    }
  })

  test('show defaults that, written into the environment, change nothing', () => {
    const assignments = [...environmentExample().matchAll(/^# ([A-Z_0-9]+)=(.*)$/gm)]
    assert.equal(assignments.length, names.length)
    const environment = Object.fromEntries(assignments.map(([, name = '', value = '']) => [name, value]))
    assert.deepEqual(loadConfig(environment), loadConfig({}))
  })
})

test('the effective configuration shows every setting but no secret', () => {
  const secrets = { SECRET_KEY: 'x'.repeat(40), SMTP_PASSWORD: 'y'.repeat(10), DATABASE_URL: 'sqlite:zzz.db' }
  const shown = effectiveConfiguration(loadConfig({ ...secrets, PORT: '9999', TRUSTED_HOSTS: 'a.org,b.org' }))
  for (const secret of Object.values(secrets)) assert.equal(shown.includes(secret), false)
  assert.match(shown, /^SECRET_KEY=\(hidden\)$/m)
  assert.match(shown, /^REDIS_URL=$/m)
  assert.match(shown, /^PORT=9999$/m)
  assert.match(shown, /^TRUSTED_HOSTS=a\.org,b\.org$/m)
})
