import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { eventually } from '#support/eventually.ts'
import { freePort } from '#support/free-port.ts'
import { spawnScript } from '#support/spawned.ts'

const planted = {
  DATABASE_URL: 'postgresql://lms:planted%2Fpw@127.0.0.1:9/lms',
  REDIS_URL: 'redis://:plantedredis@127.0.0.1:9',
  SMTP_PASSWORD: 'planted"smtp',
  AZURE_STORAGE_CONNECTION_STRING: 'AccountName=a;AccountKey=plantedazure==',
  ALERTMANAGER_WEBHOOK_URL: 'https://hooks.example/plantedhook',
}

const logLines = [
  JSON.stringify({ msg: `cannot log in with ${planted.SMTP_PASSWORD}`, password: 'plantedfield' }),
  'connecting to postgresql://lms:plantedother@db/lms for ada.planted@example.org',
  'authorization: Bearer plantedbearer0123456789, posted to https://hooks.example/plantedhook',
  `SECRET in base64 ${Buffer.from('plantedredis').toString('base64')} and planted/pw, plantedazure==`,
  '{"msg":"the last line that tells something"}',
]

function scratch(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'lms-bundle-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

test('support-bundle: a tar.gz for its owner only, whose bytes hold none of the planted secrets', async (t) => {
  const directory = scratch(t)
  const [log, output] = [join(directory, 'api.log'), join(directory, 'bundle.tar.gz')]
  writeFileSync(log, logLines.map((line) => `${line}\n`).join(''))
  mkdirSync(join(directory, 'data'))
  writeFileSync(join(directory, 'data/secret-key'), 'plantedkey-0123456789abcdef-0123456789\n')
  writeFileSync(join(directory, 'dsn'), 'https://plantedsentry@sentry.example/1\n')
  const settings = { ...planted, DATA_DIR: join(directory, 'data'), SENTRY_DSN_FILE: join(directory, 'dsn') }
  const port = await freePort()
  const args = ['support-bundle', '--log', log, '--output', output, '--url', `http://127.0.0.1:${port}`]
  const running = spawnScript(t, 'src/main.ts', args, { ...settings, LOG_LEVEL: 'silent' })
  assert.equal(await running.ended, 0, running.errorOutput())
  assert.equal(running.output(), `${output}\n`)

  assert.equal(statSync(output).mode & 0o777, 0o600)
  const bytes = gunzipSync(readFileSync(output)).toString('utf8')
  assert.doesNotMatch(bytes, /planted/)
  assert.doesNotMatch(bytes, /cGxhbnRl/)
  assert.match(bytes, /the last line that tells something/)
  assert.match(bytes, /SMTP_PASSWORD=\(hidden\)/)

  const again = spawnScript(t, 'src/main.ts', args, { ...settings, LOG_LEVEL: 'silent' })
  assert.equal(await again.ended, 1)
  assert.match(again.errorOutput(), /cannot be written to .*EEXIST/)

  const unpacked = spawnSync('tar', ['-xzf', output, '-C', directory, '--strip-components=1'], { encoding: 'utf8' })
  assert.equal(unpacked.status, 0, unpacked.stderr)
  const findings: { id: string; status: string }[] = JSON.parse(readFileSync(join(directory, 'doctor.json'), 'utf8'))
  assert.equal(findings.find(({ id }) => id === 'database.reachable')?.status, 'fail')
  assert.match(readFileSync(join(directory, 'metrics.txt'), 'utf8'), /does not answer: ECONNREFUSED/)
})

test('support-bundle of a configuration with mistakes tells them, still without secrets', async (t) => {
  const output = join(scratch(t), 'bundle.tar.gz')
  const settings = { ...planted, PORT: 'many', SECRET_KEY: 'plantedshort' }
  const url = `http://127.0.0.1:${await freePort()}`
  const running = spawnScript(t, 'src/main.ts', ['support-bundle', '--url', url, '--output', output], settings)
  assert.equal(await running.ended, 0, running.errorOutput())
  const bytes = gunzipSync(readFileSync(output)).toString('utf8')
  assert.match(bytes, /PORT: must be a whole number/)
  assert.doesNotMatch(bytes, /planted/)
})

test('status and support-bundle of a running product: ready, a few lines, metrics; without it 1', async (t) => {
  const directory = scratch(t)
  const port = await freePort()
  const settings = { DATA_DIR: join(directory, 'data'), PORT: String(port), LOG_LEVEL: 'info', RELEASE: 'r-42' }
  const product = spawnScript(t, 'src/main.ts', ['serve'], settings)
  await eventually(() => assert.match(product.output(), /is ready on/), { timeoutMs: 30_000 })
  const up = spawnScript(t, 'src/main.ts', ['status'], settings)
  assert.equal(await up.ended, 0, up.output() + up.errorOutput())
  assert.equal(up.output().trimEnd().split('\n').length, 11)
  assert.match(up.output(), /^release +r-42 here, r-42 at http/m)
  assert.match(up.output(), /^api +ready$/m)
  assert.match(up.output(), /^maintenance +none$/m)
  assert.match(up.output(), /^migrations +none is pending/m)
  assert.match(up.output(), /^jobs +\d+ due.*; 0 dead$/m)

  const output = join(directory, 'bundle.tar.gz')
  assert.equal(await spawnScript(t, 'src/main.ts', ['support-bundle', '--output', output], settings).ended, 0)
  assert.match(gunzipSync(readFileSync(output)).toString('utf8'), /^# TYPE lms_/m)

  product.signal('SIGTERM')
  await product.ended
  const down = spawnScript(t, 'src/main.ts', ['status'], settings)
  assert.equal(await down.ended, 1)
  assert.match(down.output(), /^api +does not answer \(ECONNREFUSED\)$/m)
})
