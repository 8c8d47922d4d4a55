import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { copyOfRepository, git, replace, runStepIn, scratch } from './planting.ts'

/** Stands where GitHub's own program stands on a runner, and writes down what it was asked for. */
const probe = `#!/usr/bin/env bash
printf '%s\\n' "$@" > "$RUNNER_TEMP/asked"
`
const parts = ['package.json', 'package-lock.json', 'CHANGELOG.md', 'scripts', 'ops/pipelines']

test('the release workflow packs the commit, with its notes and its bill of materials, and tags that commit', async (t) => {
  const copy = scratch(t, copyOfRepository(parts))
  const temporary = scratch(t)
  replace(copy, 'package.json', /"version": "[^"]+"/, '"version": "9.8.7"')
  replace(copy, 'CHANGELOG.md', /^## Unreleased$/m, '## Unreleased\n\nLater.\n\n## 9.8.7\n\nWhat is new.\n\n## 9.8.6')
  git(copy, 'commit', '--quiet', '--all', '--message', 'Release 9.8.7')
  mkdirSync(join(temporary, 'bin'))
  writeFileSync(join(temporary, 'bin/gh'), probe, { mode: 0o755 })
  const run = (name: string) =>
    runStepIn(copy, `release/release: ${name}`, {
      RUNNER_TEMP: temporary,
      VERSION: '9.8.7',
      PATH: `${join(temporary, 'bin')}:${process.env.PATH}`,
    })
  for (const name of [
    'Notes of the version, from the changelog',
    'Pack what git knows, without its history',
    'Bill of materials',
    'Publish',
  ]) {
    const { exitCode, output } = await run(name)
    assert.equal(exitCode, 0, `${name}: ${output}`)
  }

  assert.equal(readFileSync(join(temporary, 'notes.md'), 'utf8'), 'What is new.\n')
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: copy, encoding: 'utf8' }).trim()
  const archive = `lms-backend-9.8.7-${commit.slice(0, 12)}.tar.gz`
  const files = [archive, `${archive}.sha256`, 'sbom.cdx.json']
  assert.deepEqual(readdirSync(join(temporary, 'release')).sort(), files)
  const { bomFormat, components } = JSON.parse(readFileSync(join(temporary, 'release/sbom.cdx.json'), 'utf8'))
  assert.equal(bomFormat, 'CycloneDX')
  assert.ok(components.some(({ name }: { name: string }) => name === 'fastify'))
  const asked = readFileSync(join(temporary, 'asked'), 'utf8').trim().split('\n')
  assert.deepEqual(asked, [
    ...['release', 'create', 'v9.8.7', ...files.map((file) => join(temporary, 'release', file))],
    ...['--target', commit, '--title', 'v9.8.7', '--notes-file', join(temporary, 'notes.md')],
  ])
})
