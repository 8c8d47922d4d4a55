import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ConfigError, loadConfig } from './config.ts'

const safeProduction = {
  ENVIRONMENT: 'production',
  SECRET_KEY: 'x'.repeat(64),
  DATABASE_URL: 'postgresql://lms:secret@db/lms',
  REDIS_URL: 'redis://redis:6379/0',
  TASKS_FORCE_INLINE: 'false',
  TRUSTED_HOSTS: 'lms.example.org',
  FRONTEND_BASE_URL: 'https://learn.example.org',
  STRICT_ROUTER_IMPORTS: 'true',
}

function mistakesOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.mistakes
  }
  return []
}

describe('loadConfig', () => {
  test('needs nothing for the embedded mode, and everything safe for production', () => {
    assert.equal(loadConfig({}).TASKS_FORCE_INLINE, true)
    assert.equal(loadConfig(safeProduction).ENVIRONMENT, 'production')
  })

  test('tells all mistakes at once, one line a setting, with the rule', () => {
    const mistakes = mistakesOf({ PORT: '70000', DEBUG: 'perhaps', DATABASE_URL: 'mysql://x', SECRET_KEY: 'short' })
    assert.deepEqual(
      mistakes.map((mistake) => mistake.split(':')[0]),
      ['DEBUG', 'PORT', 'DATABASE_URL', 'SECRET_KEY'],
    )
    assert.match(mistakes[1] ?? '', /whole number from 0 to 65535, but is “70000”/)
  })

  const unsafe: Record<string, Record<string, string>> = {
    SECRET_KEY: { SECRET_KEY: 'x'.repeat(31) },
    DEBUG: { DEBUG: 'true' },
    DATABASE_URL: { DATABASE_URL: '', TASKS_FORCE_INLINE: 'true' },
    TRUSTED_HOSTS: { TRUSTED_HOSTS: '*' },
    CORS_ORIGINS: { CORS_ORIGINS: '*' },
    PASSWORD_HASH_MEMORY_KIB: { PASSWORD_HASH_MEMORY_KIB: '1024' },
    PASSWORD_HASH_PASSES: { PASSWORD_HASH_PASSES: '1' },
    FRONTEND_BASE_URL: { FRONTEND_BASE_URL: 'http://learn.example.org' },
    STRICT_ROUTER_IMPORTS: { STRICT_ROUTER_IMPORTS: 'false' },
  }
  for (const [name, settings] of Object.entries(unsafe)) {
    test(`production refuses an unsafe ${name}, and says so once`, () => {
      const mistakes = mistakesOf({ ...safeProduction, ...settings })
      assert.deepEqual(
        mistakes.map((mistake) => mistake.split(':')[0]),
        [name],
      )
    })
  }

  test('a value that would fail late, or never be noticed, is a mistake of its setting', () => {
    const wrong: [string, ...string[]][] = [
      ['TRUSTED_PROXIES', 'proxy', '10.0.0.0/99', '10.0.0', '10.0.0.0/8/8'],
      ['TRUSTED_HOSTS', 'https://lms.example.org', 'lms.example.org:443', '*example.org', 'lms.*'],
      ['CORS_ORIGINS', 'app.example.org', 'https://app.example.org/', 'https://App.example.org', 'ftp://example.org'],
      ['FRONTEND_BASE_URL', 'https://learn example.org', 'http://'],
      ['APP_DOMAIN', 'https://lms.example.org', 'lms.example.org/'],
      ['MAIL_FROM', 'My School', 'a@example.org, b@example.org'],
      ['SENTRY_DSN', 'sentry.example.org', 'https://sentry.example.org/1', 'https://key@sentry.example.org/project'],
    ]
    for (const [name, ...values] of wrong) {
      for (const value of values) {
        const mistakes = mistakesOf({ [name]: value })
        assert.equal(mistakes.length, 1, `${name}=${value}: ${mistakes}`)
        assert.match(mistakes[0] ?? '', new RegExp(`^${name}: `))
      }
    }
    const together = Object.fromEntries(wrong.map(([name, value = '']) => [name, value]))
    assert.equal(mistakesOf(together).length, wrong.length)
    const right = {
      TRUSTED_PROXIES: '10.0.0.7, 172.16.0.0/12, fd00::/8, ::1, loopback',
      TRUSTED_HOSTS: 'localhost, *.example.org, 127.0.0.1, [::1], api_blue',
      CORS_ORIGINS: 'https://app.example.org, http://localhost:3000, http://[::1]:3000',
      MAIL_FROM: 'no-reply@example.org',
      SENTRY_DSN: 'https://0123456789abcdef@o1.ingest.example.org/sub/42',
    }
    assert.deepEqual(mistakesOf(right), [])
  })

  test('a mistake in a secret never shows its value', () => {
    assert.doesNotMatch(mistakesOf({ DATABASE_URL: 'mysql://root:hunter2@db' }).join(), /hunter2/)
  })

  test('NAME_FILE reads a secret from a file; both at once, or a missing file, is a mistake', (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'lms-config-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const path = join(directory, 'secret')
    writeFileSync(path, `${'k'.repeat(40)}\n`)
    assert.equal(loadConfig({ SECRET_KEY_FILE: path }).SECRET_KEY, 'k'.repeat(40))
    assert.match(mistakesOf({ SECRET_KEY_FILE: path, SECRET_KEY: 'k'.repeat(40) }).join(), /set twice/)
    assert.match(mistakesOf({ SECRET_KEY_FILE: join(directory, 'none') }).join(), /cannot read .*none \(ENOENT\)/)
  })
})
