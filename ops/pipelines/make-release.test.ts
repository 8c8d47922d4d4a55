import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')

test('a commit always gives the same archive, with its checksum and without its history', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'lms-release-'))
  try {
    const [first = '', second = ''] = ['a', 'b'].map((name) =>
      execFileSync(join(import.meta.dirname, 'make-release.sh'), ['HEAD', join(scratch, name)], {
        cwd: root,
        encoding: 'utf8',
      }).trim(),
    )
    assert.deepEqual(readFileSync(first), readFileSync(second))
    execFileSync('sha256sum', ['--check', '--status', `${first}.sha256`], { cwd: join(scratch, 'a') })
    const names = execFileSync('tar', ['-tzf', first], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).split('\n')
    assert.ok(names.includes('scripts/deploy_azure_vm.sh'), 'the deploy script is in it')
    assert.deepEqual(
      names.filter((name) => name.startsWith('.git/')),
      [],
    )
  } finally {
    rmSync(scratch, { recursive: true })
  }
})
