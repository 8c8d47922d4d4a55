import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../src/config.ts'
import { allSettings } from '../src/config-reference.ts'
import { productionExample } from './production-example.ts'

const root = join(import.meta.dirname, '..')

function assignments(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
}

test('the example of production names every variable of the operations document', () => {
  const names = Object.keys(assignments(productionExample()))
  for (const name of [
    ...['PROD_DATABASE_URL', 'REDIS_URL', 'SECRET_KEY', 'ENVIRONMENT', 'DEBUG', 'CORS_ORIGINS', 'TRUSTED_HOSTS'],
    ...['APP_DOMAIN', 'LETSENCRYPT_EMAIL', 'FRONTEND_BASE_URL', 'SMTP_HOST', 'SMTP_PORT', 'SENTRY_DSN'],
    ...['ENABLE_API_DOCS', 'STRICT_ROUTER_IMPORTS', 'TASKS_FORCE_INLINE', 'ACCESS_TOKEN_BLACKLIST_FAIL_CLOSED'],
    'ALERTMANAGER_WEBHOOK_URL',
  ])
    assert.ok(names.includes(name), name)
})

test('with its gaps filled in it is a configuration that production accepts', () => {
  const example = assignments(productionExample())
  const config = loadConfig({
    ...Object.fromEntries(Object.entries(example).map(([name, value]) => [name, value.replace(/^"(.*)"$/, '$1')])),
    DATABASE_URL: 'postgresql://lms:secret@postgres:5432/lms',
    SECRET_KEY: 'x'.repeat(64),
    TRUSTED_HOSTS: 'lms.example.org',
    FRONTEND_BASE_URL: 'https://app.example.org',
  })
  assert.equal(config.ENVIRONMENT, 'production')
})

test('no secret gets into the environment of a process: the compose file empties each, and gives a file', () => {
  const compose = readFileSync(join(root, 'docker-compose.prod.yml'), 'utf8')
  const kept = ['REDIS_URL']
  for (const { name, isSecret } of allSettings()) {
    if (!isSecret || kept.includes(name)) continue
    assert.match(compose, new RegExp(`^  ${name}: ''$`, 'm'))
    assert.match(compose, new RegExp(`^  ${name}_FILE: /run/secrets/${name.toLowerCase()}$`, 'm'))
  }
})
