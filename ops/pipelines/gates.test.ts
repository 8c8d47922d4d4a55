// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub look like those of a template
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { provideGitleaks } from '#support/gitleaks.ts'
import { copyOfRepository, git, replace, runStepIn, scratch, stepNamed, write } from './planting.ts'

/**
 * Each gate of the pipelines closes on its defect: planted in a copy of the repository, found by the step's own script
 * from the workflow. A tampered archive and a wrong host key: remote-deploy.test.ts.
 */

interface Defect {
  readonly step: string
  readonly plant: (copy: string) => void
  /** What the step says of this defect, and would not say without it: all of them are planted in one copy. */
  readonly tells: RegExp
}

const defects: Readonly<Record<string, Defect>> = {
  'a type error': {
    step: 'ci/test: Types',
    plant(copy) {
      write(copy, 'src/wrong-type.ts', "export const planted: number = 'text'\n")
      // The compiler takes a quarter of a minute for all.
      replace(copy, 'tsconfig.json', /"include": \[[^\]]*\]/, '"include": ["src/wrong-type.ts"]')
    },
    tells: /src\/wrong-type\.ts\(1,14\): error TS2322/,
  },
  'a dependency that is not there': {
    step: 'ci/test: The dependency tree is whole',
    plant: (copy) => replace(copy, 'package.json', /"fastify": "/, '"planted": "1.0.0",\n    "fastify": "'),
    tells: /missing: planted@1\.0\.0/,
  },
  'code that is not formatted': {
    step: 'ci/test: Lint and format',
    plant: (copy) => write(copy, 'src/unformatted.ts', 'export const planted  =  1;\n'),
    tells: /src\/unformatted\.ts format/,
  },
  'a broken JSON file': {
    step: 'ci/test: Every JSON and YAML file is valid',
    plant: (copy) => replace(copy, 'postman/local.postman_environment.json', /"name"/, '"name'),
    tells: /postman\/local\.postman_environment\.json: /,
  },
  'a module that imports what it may not': {
    step: 'ci/test: Who may import whom',
    plant: (copy) =>
      write(copy, 'src/platform/planted.ts', "import { problems } from '#modules/courses/index.ts'\nvoid problems\n"),
    tells: /src\/platform\/planted\.ts/,
  },
  'an outdated generated file': {
    step: 'ci/test: Generated files, the Postman collection among them, are up to date',
    plant: (copy) => replace(copy, 'postman/lms-backend.postman_collection.json', /"name": "/, '"name": "Old '),
    tells: /^postman\/lms-backend\.postman_collection\.json is out of date/m,
  },
  'code that a security rule forbids': {
    step: 'security/static-analysis: Analyse',
    plant: (copy) => write(copy, 'src/evil.ts', 'export const planted = (text: string) => eval(text)\n'),
    tells: /src\/evil\.ts/,
  },
  'an action that is not pinned': {
    step: 'security/workflows: Our own policy, and actionlint',
    plant: (copy) => replace(copy, '.github/workflows/ci.yml', /setup-node@[0-9a-f]{40} # v[\d.]+/, 'setup-node@v7'),
    tells: /ci\.yml: actions\/setup-node@v7 is not pinned/,
  },
  'an injection into a script': {
    step: 'security/workflows: Our own policy, and actionlint',
    plant: (copy) =>
      replace(copy, '.github/workflows/ci.yml', /run: npm ci/, 'run: echo "${{ github.event.pull_request.title }}"'),
    tells: /writes an expression into a script[\s\S]*untrusted/,
  },
}

describe('a gate closes on', { concurrency: 2, timeout: 300_000 }, () => {
  let copy: string
  before(() => {
    copy = copyOfRepository()
    for (const { plant } of Object.values(defects)) plant(copy)
  })
  after(() => rmSync(copy, { recursive: true }))

  for (const [name, { step, tells }] of Object.entries(defects)) {
    test(name, async () => {
      const { exitCode, output } = await runStepIn(copy, step)
      assert.notEqual(exitCode, 0, output)
      assert.match(output, tells)
    })
  }

  test('a dependency with a known vulnerability', async (t) => {
    const folder = scratch(t, copyOfRepository(['package.json', 'package-lock.json', 'ops/pipelines']))
    const advisory = {
      ...{ id: 1, title: 'Planted', severity: 'high', vulnerable_versions: '>=1.0.0' },
      url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
    }
    const npm_config_registry = await registryThatKnows(t, 'pg-copy-streams', advisory)
    const { exitCode, output } = await runStepIn(folder, 'security/dependencies: Audit', {
      npm_config_registry,
      npm_config_fetch_retries: '0',
    })
    assert.equal(exitCode, 1, output)
    assert.match(output, /^high: pg-copy-streams >=1\.0\.0: Planted \(.*GHSA-aaaa-bbbb-cccc\)$/m)
  })

  test('a key that was committed and removed again', async (t) => {
    const temporary = scratch(t)
    mkdirSync(join(temporary, 'bin'))
    await provideGitleaks(join(temporary, 'bin'))
    const history = scratch(t, copyOfRepository(['.gitleaks.toml', 'README.md']))
    git(history, 'commit', '--quiet', '--message', 'Begin')
    const scan = () => runStepIn(history, 'security/secrets: Scan', { RUNNER_TEMP: temporary })
    const clean = await scan()
    assert.equal(clean.exitCode, 0, clean.output)
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    write(history, 'deploy-key.pem', String(key.export({ type: 'pkcs8', format: 'pem' })))
    git(history, 'commit', '--quiet', '--message', 'Add the key')
    rmSync(join(history, 'deploy-key.pem'))
    git(history, 'commit', '--quiet', '--all', '--message', 'Remove the key')
    const { exitCode, output } = await scan()
    assert.equal(exitCode, 1, output)
    assert.match(output, /leaks found: 1/)
  })
})

describe('the step of the tests, in a repository of one source file', { concurrency: 2, timeout: 300_000 }, () => {
  const step = 'ci/test: Tests with the coverage floor'
  const runner = ['package.json', 'tests/run.ts', 'tests/runner', 'tests/support', 'ops/pipelines/summary.ts']
  const source = 'export function twice(n: number): number {\n  return 2 * n\n}\n'
  const testThat = (expected: number) => `import assert from 'node:assert/strict'\nimport { test } from 'node:test'
import { twice } from './twice.ts'\ntest('doubles', () => assert.equal(twice(2), ${expected}))\n`

  function repository(t: TestContext, files: Readonly<Record<string, string>>): string {
    const copy = scratch(t, copyOfRepository(runner))
    rmSync(join(copy, 'tests/runner/runner.test.ts'))
    for (const [path, text] of Object.entries({ 'src/twice.ts': source, ...files })) write(copy, path, text)
    return copy
  }

  test('lets pass what is whole, and the page of the run says so', async (t) => {
    const copy = repository(t, { 'src/twice.test.ts': testThat(4) })
    const { exitCode, output } = await runStepIn(copy, step)
    assert.equal(exitCode, 0, output)
    assert.match(await summaryOf(copy), /^## Passed: /)
  })

  test('closes on a failing test, and the page of the run names it', async (t) => {
    const copy = repository(t, { 'src/twice.test.ts': testThat(5) })
    const { exitCode, output } = await runStepIn(copy, step)
    assert.notEqual(exitCode, 0, output)
    assert.match(output, /^0 passed, 1 failed$/m)
    assert.match(await summaryOf(copy), /^## FAILED: [\s\S]*doubles/)
  })

  test('closes on coverage below the floor, and the page of the run says what never ran', async (t) => {
    const forgotten = `export function forgotten(): void {\n${'  console.log(1)\n'.repeat(9)}}\n`
    const copy = repository(t, { 'src/twice.test.ts': testThat(4), 'src/forgotten.ts': forgotten })
    const { exitCode, output } = await runStepIn(copy, step)
    assert.notEqual(exitCode, 0, output)
    assert.match(output, /^1 passed, 1 failed$/m)
    assert.match(await summaryOf(copy), /^## FAILED: [\s\S]*Coverage [\d.]+ % is below/)
  })

  /** What the step that follows, which always runs, writes to the page. */
  async function summaryOf(copy: string): Promise<string> {
    const page = join(copy, 'summary.md')
    assert.equal(stepNamed('ci/test: Summary').if, 'always()')
    const { exitCode, output } = await runStepIn(copy, 'ci/test: Summary', { GITHUB_STEP_SUMMARY: page })
    assert.equal(exitCode, 0, output)
    return readFileSync(page, 'utf8')
  }
})

async function registryThatKnows(t: TestContext, name: string, advisory: unknown): Promise<string> {
  const described = { name, versions: { '7.0.0': { name, version: '7.0.0' } } }
  const registry = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(request.method === 'POST' ? { [name]: [advisory] } : described))
    })
  }).listen(0, '127.0.0.1')
  t.after(() => registry.close())
  await once(registry, 'listening')
  return `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`
}
