import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'

/** Runs functions of the deploy's shell on a .env of its own. */
function envFile(t: TestContext, content: string) {
  const folder = mkdtempSync(join(tmpdir(), 'lms-env-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, '.env')
  writeFileSync(path, content)
  function call(...command: string[]): string {
    const source = join(import.meta.dirname, 'env-file.sh')
    // `.` keeps what a value ends with: the shell would cut line breaks off.
    const script = 'set -euo pipefail; ENV_FILE="$1"; source "$2"; shift 2; "$@"; printf .'
    const environment = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }
    return execFileSync('bash', ['--norc', '-c', script, 'bash', path, source, ...command], {
      encoding: 'utf8',
      env: environment,
    }).slice(0, -1)
  }
  return { path, call }
}

const values = {
  plain: 'simple',
  spaces: ' leads and trails ',
  quotes: `it's "quoted"`,
  dollars: '$HOME $$ $(id) `id`',
  backslashes: 'C:\\new\\table\\',
  hash: 'a # b',
  'line breaks': 'one\ntwo\r\nthree',
  equals: 'a=b==',
  letters: 'ünï ✓',
  all: `!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`,
}

for (const [name, value] of Object.entries(values)) {
  test(`a value with ${name} survives being written and read`, (t) => {
    const { call } = envFile(t, 'OTHER=1\n')
    call('upsert_env', 'VALUE', value)
    assert.equal(call('read_env', 'VALUE'), value)
    assert.equal(call('read_env', 'OTHER'), '1')
  })
}

test('a variable is replaced where it stands, once, and nothing else changes; only the owner may read the file', (t) => {
  const { path, call } = envFile(t, '# A comment\nA=1\nAB=2\nA=3\n\nC=4')
  call('upsert_env', 'A', 'new')
  assert.equal(readFileSync(path, 'utf8'), '# A comment\nA="new"\nAB=2\n\nC=4\n')
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('what people write by hand is read as Compose reads it', (t) => {
  const { call } = envFile(
    t,
    `BARE=a b  # why\nSINGLE='a $b # c' # why\nDOUBLE="a\\"b" # why\nEMPTY=\nTWICE=1\nTWICE=2\n`,
  )
  assert.deepEqual(
    ['BARE', 'SINGLE', 'DOUBLE', 'EMPTY', 'TWICE', 'MISSING'].map((name) => call('read_env', name)),
    ['a b', 'a $b # c', 'a"b', '', '2', ''],
  )
})

test('on a full disk the file stays as it was, and the failure says so', (t) => {
  const { path, call } = envFile(t, 'SECRET_KEY=must stay\n')
  // A device that takes nothing: each write to it fails as on a full disk.
  symlinkSync('/dev/full', `${path}.new`)
  assert.throws(() => call('upsert_env', 'NEW', 'value'), /\.env cannot be written and stays as it was/)
  assert.equal(readFileSync(path, 'utf8'), 'SECRET_KEY=must stay\n')
})
