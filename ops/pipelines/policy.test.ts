// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub look like those of a template
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { violationsOf } from './policy.ts'
import { readWorkflow, readWorkflows, type Workflow } from './workflow.ts'

const root = join(import.meta.dirname, '../..')
const workflows = readWorkflows(root)
const ci = named('ci.yml')

describe('policy of the workflows', () => {
  test('every workflow keeps it', () => {
    assert.ok(workflows.length >= 2, 'the workflows were found')
    assert.deepEqual(workflows.flatMap(violationsOf), [])
  })

  const planted: Readonly<Record<string, { from: RegExp; to: string; tells: RegExp }>> = {
    'an action pinned by a tag': {
      from: /actions\/setup-node@[0-9a-f]{40} # v7\.0\.0/,
      to: 'actions/setup-node@v7',
      tells: /setup-node@v7 is not pinned/,
    },
    'a hash without its version': { from: / # v7\.0\.1/, to: '', tells: /is not pinned/ },
    'an expression in a script': {
      from: /run: npm ci/,
      to: 'run: npm ci && echo "${{ github.event.pull_request.title }}"',
      tells: /writes an expression into a script/,
    },
    'rights for everybody': { from: /^permissions: \{\}$/m, to: 'permissions: write-all', tells: /permissions: \{\}/ },
    'a job with more rights': { from: /contents: read/, to: 'contents: write', tells: /may have/ },
    'a job without an end': { from: / +timeout-minutes: 20\n/, to: '', tells: /no timeout-minutes/ },
    'a secret in a job for tests': {
      from: /run: npm ci\n/,
      to: 'run: npm ci\n        env:\n          KEY: ${{ secrets.SECRET_KEY }}\n',
      tells: /must not see secrets\.SECRET_KEY/,
    },
    'all secrets at once': {
      from: /run: npm ci\n/,
      to: 'run: npm ci\n        env:\n          ALL: ${{ toJSON(secrets) }}\n',
      tells: /must not see toJSON\(secrets\)/,
    },
    'a token that stays on disk': {
      from: /persist-credentials: false/,
      to: 'persist-credentials: true',
      tells: /token/,
    },
    'a moving runner': { from: /ubuntu-24\.04/, to: 'ubuntu-latest', tells: /name a version/ },
    'a moving image': { from: /image: redis:8/, to: 'image: redis:latest', tells: /without a version/ },
    "strangers' code with our rights": {
      from: /^ {2}pull_request:$/m,
      to: '  pull_request_target:',
      tells: /strangers/,
    },
    'a branch too many': { from: /'chore\/\*\*'/, to: "'chore/**', 'fix/**'", tells: /should start on/ },
  }
  for (const [name, { from, to, tells }] of Object.entries(planted)) {
    test(`tells of ${name}`, () => {
      const text = ci.text.replace(from, () => to)
      assert.notEqual(text, ci.text, 'the defect was planted')
      assert.match(violationsOf(readWorkflow(ci.path, text)).join('\n'), tells)
    })
  }

  test('every value that a deploy hands over is a setting of production', () => {
    const example = readFileSync(join(root, '.env.production.example'), 'utf8')
    const handed = named('deploy-azure-vm.yml').jobs.deploy?.steps.flatMap(
      ({ env }) => env?.DEPLOY_VARIABLES?.split(' ') ?? [],
    )
    assert.ok(handed && handed.length > 10)
    for (const name of handed) assert.match(example, new RegExp(`^(# )?${name}=`, 'm'), name)
  })

  test('every part of npm run check is a part of CI', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const parts = [...scripts.check.matchAll(/check:\w+/g)].map(([name]) => name)
    assert.ok(parts.length > 5)
    const commands = ci.jobs.test?.steps.flatMap(({ run }) => run?.split(' && ') ?? [])
    for (const name of parts) assert.ok(commands?.includes(`npm run ${name}`), name)
  })

  test('every path of CODEOWNERS is there', () => {
    const text = readFileSync(join(root, '.github/CODEOWNERS'), 'utf8')
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    assert.ok(lines.length > 3)
    for (const line of lines) {
      const [, path] = /^\/(\S*) +@\S+$/.exec(line) ?? []
      assert.ok(path && existsSync(join(root, path)), line)
    }
  })

  test('tells of a workflow that nobody described', () => {
    const [violation = ''] = violationsOf({ ...ci, path: '.github/workflows/new.yml' })
    assert.match(violation, /no row in the table of triggers/)
  })
})

function named(file: string): Workflow {
  const found = workflows.find(({ path }) => path.endsWith(`/${file}`))
  assert.ok(found, file)
  return found
}
