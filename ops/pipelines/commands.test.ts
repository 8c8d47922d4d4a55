import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { root, scratch } from './planting.ts'

test('the check of files names each broken JSON and YAML file that git knows, and no other', async (t) => {
  const folder = scratch(t)
  execFileSync('git', ['init', '--quiet'], { cwd: folder })
  writeFileSync(join(folder, 'whole.json'), '{"a": 1}')
  writeFileSync(join(folder, 'whole.yml'), 'a: 1\n---\nb: 2\n')
  writeFileSync(join(folder, 'unknown.json'), '{')
  execFileSync('git', ['add', 'whole.json', 'whole.yml'], { cwd: folder })
  assert.deepEqual(await runIn(folder, 'valid-files.ts'), { code: 0, output: '2 JSON and YAML files are valid.\n' })
  writeFileSync(join(folder, 'broken.json'), '{"a": 1,}')
  writeFileSync(join(folder, 'broken.yaml'), 'a: [1\n')
  execFileSync('git', ['add', 'broken.json', 'broken.yaml'], { cwd: folder })
  const { code, output } = await runIn(folder, 'valid-files.ts')
  assert.equal(code, 1)
  assert.match(output, /^broken\.json: /m)
  assert.match(output, /^broken\.yaml: /m)
  assert.doesNotMatch(output, /whole|unknown/)
})

test('the summary of a run says passed only when nothing failed, and names what did', async (t) => {
  const folder = scratch(t)
  const file = join(folder, 'tests.txt')
  writeFileSync(file, '\u001b[32mpassed  SQLite in 3.0 s\u001b[39m\nCoverage: 96.0 %\n12 passed, 0 failed\n')
  assert.match(
    (await runIn(folder, 'summary.ts', 'SQLite', file)).output,
    /^## Passed: SQLite\n\n\*\*12 passed, 0 failed/,
  )
  writeFileSync(file, 'Failed:\n  409 when full (SQLite)\n\nCoverage: 96.0 %\n11 passed, 1 failed\n')
  const red = (await runIn(folder, 'summary.ts', 'SQLite', file)).output
  assert.match(red, /^## FAILED: SQLite/)
  assert.match(red, /409 when full/)
  const none = await runIn(folder, 'summary.ts', 'SQLite', join(folder, 'missing'))
  assert.match(none.output, /^## FAILED[\s\S]*did not run/)
})

test('the bench summary shows each ratio of both reports, and fails without any', async (t) => {
  const folder = scratch(t)
  const report = join(root, 'bench/results.md')
  const { code, output } = await runIn(folder, 'bench-summary.ts', report, report)
  assert.equal(code, 0, output)
  assert.match(output, /^\| `catalogue` GET .* \| bare server \| (\d+ %) \| \1 \| \+0 % \|$/m)
  const [main, change] = ['54 % of 100', '27 % of 100'].map((share, index) => {
    const file = join(folder, `${index}.md`)
    writeFileSync(file, `| Scenario | bare server |\n| --- | --- |\n| \`course\` GET | ${share} |\n`)
    return file
  })
  const { output: slower } = await runIn(folder, 'bench-summary.ts', main ?? '', change ?? '')
  assert.match(slower, /^\| `course` GET \| bare server \| 54 % \| 27 % \| −50 % \|$/m)
  writeFileSync(join(folder, 'empty.md'), '# Nothing\n')
  assert.equal((await runIn(folder, 'bench-summary.ts', report, join(folder, 'empty.md'))).code, 1)
})

test('a scanner that is not the pinned one is not installed', async (t) => {
  const folder = scratch(t)
  const url = await serve(t, (_request, response) => response.end('something else'))
  const { code, output } = await run(folder, join(import.meta.dirname, 'install-scanner.sh'), ['gitleaks', folder], {
    SCANNER_RELEASES: url,
  })
  assert.equal(code, 1)
  assert.match(output, /is not the file that was pinned; nothing was installed/)
  assert.equal(existsSync(join(folder, 'gitleaks')), false)
})

test('a release is there when ten answers in a row come from it, not before', async (t) => {
  let asked = 0
  // The proxy still sends some requests to the old colour.
  const url = await serve(t, (_request, response) => {
    response.end(JSON.stringify({ status: 'ok', release: ++asked === 5 ? 'old' : 'new' }))
  })
  const { code, output } = await run(root, join(import.meta.dirname, 'verify-release.sh'), [url, 'new'])
  assert.equal(code, 0, output)
  assert.equal(asked, 15)
})

test('services are ready when they accept connections', async (t) => {
  const server = createSocketServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = { TEST_DATABASE_URL: `postgresql://u:p@${address}/d`, TEST_REDIS_URL: `redis://${address}` }
  assert.equal((await run(root, process.execPath, [join(import.meta.dirname, 'await-services.ts')], env)).code, 0)
  const without = await run(root, process.execPath, [join(import.meta.dirname, 'await-services.ts')])
  assert.equal(without.code, 1)
  assert.match(without.output, /TEST_DATABASE_URL: /)
})

test('release notes need the version in package.json and a section of the changelog', async () => {
  const { code, output } = await runIn(root, 'release-notes.ts', '99.0.0')
  assert.equal(code, 1)
  assert.match(output, /package\.json says .*, not 99\.0\.0/)
})

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Ended {
  readonly code: number | null
  readonly output: string
}

const runIn = (folder: string, script: string, ...args: string[]): Promise<Ended> =>
  run(folder, process.execPath, [join(import.meta.dirname, script), ...args])

function run(cwd: string, command: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { cwd, env: { PATH: process.env.PATH, ...env } }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    )
  })
}
