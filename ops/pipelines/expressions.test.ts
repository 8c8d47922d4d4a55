// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub look like those of a template
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { expand, holds } from './expressions.ts'
import { readWorkflows } from './workflow.ts'

const context = { 'matrix.node': '26', 'github.event_name': 'pull_request' }

test('an expression is replaced, and one that nobody described is an error', () => {
  assert.equal(expand('node-${{ matrix.node }}, ${{matrix.node}}', context), 'node-26, 26')
  assert.throws(() => expand('${{ secrets.KEY }}', context), /secrets\.KEY/)
})

test('a condition is true, false, or an error', () => {
  assert.equal(holds(undefined, context), true)
  assert.equal(holds("github.event_name == 'pull_request'", context), true)
  assert.equal(holds("github.event_name == 'push'", context), false)
  assert.throws(() => holds("startsWith(github.ref, 'x')", context), /nobody described/)
  assert.throws(() => holds("github.actor == 'x'", context), /nobody described/)
})

test('every job of CI and Security runs for a pull request, by a condition that is understood here', () => {
  const workflows = readWorkflows(join(import.meta.dirname, '../..')).filter(({ path }) =>
    /(ci|security)\.yml$/.test(path),
  )
  const jobs = workflows.flatMap((workflow) => Object.entries(workflow.jobs))
  assert.ok(jobs.length >= 10)
  for (const [name, job] of jobs) {
    assert.equal(holds(job.if, context), true, name)
    for (const step of job.steps) assert.ok(step.if === undefined || step.if === 'always()', `${name}: ${step.if}`)
  }
})
