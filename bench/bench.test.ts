import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { scenarios } from './scenarios.ts'

async function bench(t: TestContext, ...args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run.ts'), ...args])
  t.after(() => child.kill('SIGKILL'))
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { stdout, stderr, exitCode }
}

async function report(t: TestContext, ...args: string[]): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'lms-bench-test-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const output = join(directory, 'results.md')
  const { stderr, exitCode } = await bench(t, '--quick', '--output', output, ...args)
  assert.equal(exitCode, 0, stderr)
  return readFileSync(output, 'utf8')
}

test('a quick run measures every scenario and judges every target', { timeout: 300_000 }, async (t) => {
  const text = await report(t, '--database', 'sqlite')
  for (const { name } of scenarios) assert.match(text, new RegExp(`\\| \`${name}\` [^\n]+ \\| [\\d,]+ \\| `))
  assert.match(text, /## SQLite 3\.\d+/)
  assert.match(text, /While 64 connections log in/)
  assert.match(text, /\| (met|\*\*missed\*\*) \| complete: at least 50 % of the bare driver server \| \d+ % \|/)
  assert.match(text, /\| met \| no request of any scenario fails \| 0 failed \|/)
  assert.doesNotMatch(text, /NaN|undefined|Infinity/)
})

test('a quick run on PostgreSQL reads and writes', { timeout: 300_000 }, async (t) => {
  const text = await report(t, '--database', 'postgres', '--scenario', 'my-enrollments,complete')
  assert.match(text, /## PostgreSQL \d+/)
  for (const name of ['my-enrollments', 'complete']) assert.match(text, new RegExp(`\\| \`${name}\` `))
  assert.match(text, /\| met \| no request of any scenario fails \| 0 failed \|/)
})

test('a wrong option ends with exit code 2 and says what is right', async (t) => {
  const { stderr, exitCode } = await bench(t, '--database', 'oracle')
  assert.equal(exitCode, 2)
  assert.match(stderr, /--database must be sqlite or postgres/)
})

test('a tiny quiz day loses nothing and says so', { timeout: 120_000 }, async (t) => {
  const options = ['--database', 'sqlite', '--students', '8', '--minutes', '0.05', '--start-seconds', '1']
  const script = join(import.meta.dirname, 'quiz-day.ts')
  const child = spawn(process.execPath, [script, ...options, '--save-seconds', '0.5'])
  t.after(() => child.kill('SIGKILL'))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [students, , saves, , , , , failures, lost] = /^\| 8 .*$/m.exec(stdout)?.[0].split(' | ') ?? []
  assert.equal(students, '| 8', stderr)
  assert.ok(Number(saves) >= 8 * 5, stdout)
  assert.deepEqual([failures, lost], ['0', '0'], stdout)
})
