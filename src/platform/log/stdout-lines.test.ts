import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'

/** Runs `script` in a process of its own, in which `line(n)` writes the n-th line. */
function run(script: string) {
  const source = `
    import { stdoutLines } from ${JSON.stringify(join(import.meta.dirname, 'stdout-lines.ts'))}
    const log = stdoutLines()
    const line = (n: number) => log.write('line ' + n + ' ' + 'ü'.repeat(50) + '\\n')
    ${script}`
  return spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', source],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
}

const expected = (count: number) => Array.from({ length: count }, (_, n) => `line ${n} ${'ü'.repeat(50)}\n`).join('')

test('every line arrives whole and in order, also at process.exit', async () => {
  const child = run('for (let n = 0; n < 5000; n++) line(n); process.exit(0)')
  assert.equal(await text(child.stdout), expected(5000))
})

test('every line arrives, in order, over many turns of the event loop', async () => {
  const child = run('for (let n = 0; n < 300; n++) { line(n); await new Promise((done) => setImmediate(done)) }')
  assert.equal(await text(child.stdout), expected(300))
})

test('a line does not wait for others', async () => {
  const child = run('line(0); setTimeout(() => {}, 60_000)')
  const [first] = await Promise.race([
    new Promise<Buffer[]>((resolve) => child.stdout.once('data', (chunk: Buffer) => resolve([chunk]))),
    delay(5000, []),
  ])
  child.kill()
  assert.equal(String(first), expected(1))
})

test('a reader that is slow gets everything; a pipe that is not blocking is no obstacle', async () => {
  // Touching process.stdout makes the pipe non-blocking.
  const child = run('process.stdout.write(""); for (let n = 0; n < 5000; n++) line(n)')
  await delay(300)
  assert.equal(await text(child.stdout), expected(5000))
})
