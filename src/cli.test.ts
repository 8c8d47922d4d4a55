import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'

const main = join(import.meta.dirname, 'main.ts')

/** Runs the program to its end; one that starts to serve is a failure after ten seconds. */
function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: { ...process.env, DATA_DIR: '/dev/null/never-made' },
    timeout: 30_000,
  })
  return { status, stdout, stderr }
}

describe('the command line', () => {
  test('0 and the usage for --help and -h, of the program and of a command', () => {
    for (const args of [['--help'], ['-h'], ['serve', '-h']]) {
      const { status, stdout } = run(...args)
      assert.deepEqual([status, stdout.startsWith('Usage: node src/main.ts')], [0, true], args.join(' '))
    }
  })

  test('2 for an argument that a command does not have, and nothing is started', () => {
    const cases = [
      [['serve', '--port', '80'], /--port/],
      [['serve', 'now'], /now/],
      [['status', '--json'], /--json/],
    ] as const
    for (const [args, named] of cases) {
      const { status, stdout, stderr } = run(...args)
      assert.deepEqual([status, stdout], [2, ''], args.join(' '))
      assert.match(stderr, named)
    }
  })
})
