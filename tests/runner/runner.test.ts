import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { isAlive } from '#support/processes.ts'
import { codeLines } from './coverage.ts'

const runner = resolve(import.meta.dirname, '../run.ts')
const passing = `import { test } from 'node:test'\ntest('passes', () => {})\n`

describe('quick', () => {
  test('exits with 0 and ends with the totals when everything passes', async (t) => {
    const { exitCode, lastLine } = await runIn(
      project(t, { 'src/a.test.ts': passing, 'src/b.test.ts': passing }),
      'quick',
    )
    assert.equal(lastLine, '2 passed, 0 failed')
    assert.equal(exitCode, 0)
  })

  test('exits with 1 and shows what differs, where, when a test fails', async (t) => {
    const failing = `import assert from 'node:assert/strict'\nimport { test } from 'node:test'\ntest('sums', () => assert.equal(1 + 1, 3))\n`
    const folder = project(t, { 'src/a.test.ts': passing, 'src/b.test.ts': failing })
    const { exitCode, lastLine, output } = await runIn(folder, 'quick')
    assert.equal(lastLine, '1 passed, 1 failed')
    assert.equal(exitCode, 1)
    assert.match(output, /sums\n\s+src\/b\.test\.ts:3\n\s+AssertionError.*\n\s*\n\s+2 !== 3/)
  })

  test('deals many files out to the processors, and runs each once', async (t) => {
    const source = `import { test } from 'node:test'\ntest('tells', () => console.log('ran in', process.pid))\n`
    const files = Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`src/file-${n}.test.ts`, source]))
    const { lastLine, output } = await runIn(project(t, files), 'quick')
    assert.equal(lastLine, '31 passed, 0 failed')
    const processes = [...output.matchAll(/ran in (\d+)/g)].map((match) => match[1])
    assert.equal(processes.length, 31)
    assert.equal(new Set(processes).size, Math.min(2, availableParallelism()))
  })

  test('runs with --changed the folders that differ from main, and all when everything may depend on it', async (t) => {
    const folder = project(t, {
      'src/app.ts': '',
      'src/modules/a/room/a.test.ts': passing,
      'src/modules/b/b.test.ts': passing,
      'src/modules/c/c.test.ts': passing,
    })
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: folder })
    git('init', '--quiet', '--initial-branch=main')
    git('add', '.')
    git('commit', '--quiet', '--message=one')
    assert.match((await runIn(folder, 'quick', '--changed')).output, /Nothing that these tests cover has changed/)
    git('checkout', '--quiet', '-b', 'work')
    writeFileSync(join(folder, 'src/modules/a/service.ts'), '// committed\n')
    git('add', '.')
    git('commit', '--quiet', '--message=two')
    writeFileSync(join(folder, 'src/modules/b/notes.ts'), '// not added\n')
    assert.equal((await runIn(folder, 'quick', '--changed')).lastLine, '2 passed, 0 failed')
    mkdirSync(join(folder, 'src/modules/untested'))
    writeFileSync(join(folder, 'src/modules/untested/queries.ts'), '// others test it\n')
    assert.equal((await runIn(folder, 'quick', '--changed')).lastLine, '3 passed, 0 failed')
    rmSync(join(folder, 'src/modules/untested'), { recursive: true })
    writeFileSync(join(folder, 'src/app.ts'), '// changed\n')
    assert.equal((await runIn(folder, 'quick', '--changed')).lastLine, '3 passed, 0 failed')
  })

  const faults = {
    'a test ends the process': `${passing}test('exits', () => process.exit(0))`,
    'a file cannot be loaded': `import './missing.ts'`,
    'a suite cannot be set up': `import { before, describe, test } from 'node:test'
      describe('s', () => { before(() => { throw new Error('no') }); test('t', () => {}) })`,
    'a suite cannot be taken down': `import { after, describe, test } from 'node:test'
      describe('s', () => { after(() => { throw new Error('no') }); test('t', () => {}) })`,
    'an error comes after its test': `${passing}test('late', () => { setTimeout(() => { throw new Error('late') }, 50) })`,
    'a test leaves something open': `${passing}test('leaks', () => { setInterval(() => {}, 1000) })`,
    'a file holds no test': '',
  }
  for (const [fault, source] of Object.entries(faults)) {
    test(`exits with 1 when ${fault}`, async (t) => {
      const { exitCode, lastLine } = await runIn(project(t, { 'src/a.test.ts': source }), 'quick')
      assert.match(lastLine, /^\d+ passed, [1-9]\d* failed$/)
      assert.equal(exitCode, 1)
    })
  }

  test('exits with 1 when the name matches no test', async (t) => {
    const { exitCode, lastLine } = await runIn(project(t, { 'src/a.test.ts': passing }), 'quick', '--name', 'other')
    assert.equal(lastLine, '0 passed, 1 failed')
    assert.equal(exitCode, 1)
  })

  test('exits with 2 when a path does not exist', async (t) => {
    const { exitCode, output } = await runIn(project(t, { 'src/a.test.ts': passing }), 'quick', 'src/b.test.ts')
    assert.match(output, /src\/b\.test\.ts does not exist/)
    assert.equal(exitCode, 2)
  })

  test('hides the configuration of whoever runs it, and nothing else that tests need', async (t) => {
    const source = `import assert from 'node:assert'\nimport { test } from 'node:test'
      test('sees', () => assert.deepEqual(Object.keys(process.env).filter((name) => /_URL|SECRET|^TEST/.test(name)).sort(), ['TEST_CONTRACT_DIR', 'TEST_SEED']))
      test('has a path', () => assert.ok(process.env.PATH))`
    const env = { DATABASE_URL: 'x', TEST_DATABASE_URL: 'x', TEST_REDIS_URL: 'x', SECRET_KEY: 'x', TEST_SEED: '1' }
    const { lastLine } = await end(start(project(t, { 'src/a.test.ts': source }), ['quick'], env))
    assert.equal(lastLine, '2 passed, 0 failed')
  })
})

describe('all', () => {
  const onBoth = `import assert from 'node:assert'\nimport { test } from 'node:test'\nimport { which } from './which.ts'
    test('answers', () => assert.ok(which(process.env.TEST_DATABASE_URL)))`
  const alone = (name: string) => `import assert from 'node:assert'\nimport { test } from 'node:test'
    test('${name}', () => { assert.equal(globalThis.owner ??= '${name}', '${name}'); assert.ok(process.env.TEST_REDIS_URL) })`
  const which = `export function which(url?: string): string {
      if (url === undefined) {
        return 'sqlite'
      }
      return 'postgres'
    }`
  const complete = {
    'src/which.ts': which,
    'src/which.test.ts': onBoth,
    'tests/acceptance/one.test.ts': alone('one'),
    'tests/acceptance/two.test.ts': alone('two'),
  }

  test('runs on SQLite, then on PostgreSQL and Redis, then file by file, and adds up the coverage', async (t) => {
    const { exitCode, lastLine, output } = await runIn(project(t, complete), 'all')
    assert.match(output, /SQLite +1 +0 /)
    assert.match(output, /PostgreSQL, Redis +1 +0 /)
    assert.match(output, /Whole processes +2 +0 /)
    assert.match(output, /Coverage: 100\.0 %/)
    assert.equal(lastLine, '4 passed, 0 failed')
    assert.equal(exitCode, 0)
  })

  test('leaves the first two passes to others in the mode "processes"', async (t) => {
    const { exitCode, lastLine, output } = await runIn(project(t, complete), 'processes')
    assert.doesNotMatch(output, /SQLite|PostgreSQL, Redis|Coverage/)
    assert.equal(lastLine, '2 passed, 0 failed')
    assert.equal(exitCode, 0)
  })

  test('exits with 1 when too little ran, and a file that no test loads counts', async (t) => {
    const forgotten = 'export function forgotten() {\n  console.log(1)\n  console.log(2)\n}\n'
    const { exitCode, lastLine, output } = await runIn(
      project(t, { ...complete, 'src/forgotten.ts': forgotten }),
      'all',
    )
    assert.match(output, /Coverage 57\.1 % is below/)
    assert.match(output, /src\/forgotten\.ts: 3 lines never ran/)
    assert.equal(lastLine, '4 passed, 1 failed')
    assert.equal(exitCode, 1)
  })

  test('exits with 1 when a pass has no test', async (t) => {
    const { exitCode, output } = await runIn(project(t, { 'src/a.test.ts': passing }), 'all')
    assert.match(output, /Whole processes: no test ran/)
    assert.equal(exitCode, 1)
  })

  // SIGINT: Ctrl-C. SIGKILL leaves the runner no time to clean up.
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGKILL', null],
  ] as const) {
    test(`leaves no server and no process behind after ${signal}`, async (t) => {
      const hanging = `import { spawn } from 'node:child_process'\nimport { test } from 'node:test'
        test('hangs', async () => {
          const child = spawn('sleep', ['1000'])
          console.log('started', process.pid, child.pid, process.env.TEST_DATABASE_URL, process.env.TEST_REDIS_URL)
          await new Promise(() => {})
        })`
      const child = start(project(t, { ...complete, 'tests/acceptance/one.test.ts': hanging }), ['all'])
      const [, tests, grandchild, postgres, redis] = await waitForOutput(child, /started (\d+) (\d+) (\S+) (\S+)/)
      const ended = once(child, 'exit')
      child.kill(signal)
      assert.equal((await ended)[0], exitCode)
      await eventually(async () => {
        assert.equal(isAlive(Number(tests)), false)
        assert.equal(isAlive(Number(grandchild)), false)
        await assert.rejects(connectTo(String(postgres)), { code: 'ECONNREFUSED' })
        await assert.rejects(connectTo(String(redis)), { code: 'ECONNREFUSED' })
      })
    })
  }
})

test('code lines hold more than types, comments and closing brackets', () => {
  const source = `import type { A } from './a.ts'
import { b } from './b.ts'
// a comment
interface C {
  d: string
}

/** A comment
 * more */
export function e(c: C): A {
  return b(c)
}
`
  assert.deepEqual(codeLines(source), [2, 10, 11])
})

function project(t: TestContext, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lms-runner-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [path, content] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

function start(folder: string, args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [runner, ...args], { cwd: folder, env: { ...process.env, ...env } })
}

async function end(child: ChildProcess): Promise<{ exitCode: unknown; output: string; lastLine: string }> {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const [exitCode] = await once(child, 'close')
  return { exitCode, output, lastLine: output.trimEnd().split('\n').at(-1) ?? '' }
}

const runIn = (folder: string, ...args: string[]) => end(start(folder, args))

function waitForOutput(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let output = ''
  return new Promise((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const match = pattern.exec(output)
      if (match) resolve(match)
    })
    child.once('exit', () => reject(new Error(`The runner ended without ${pattern}:\n${output}`)))
  })
}

async function connectTo(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.destroy()
}
