import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { findPromtool, run } from '../promtool.ts'
import { yaml } from '../yaml.ts'
import { alerts } from './index.ts'
import { runbookOf } from './rule.ts'

const root = join(import.meta.dirname, '../../..')
const folder = join(root, 'docs/runbooks')
const pages = readdirSync(folder).filter((file) => file !== 'README.md')
const read = (page: string) => readFileSync(join(folder, page), 'utf8')

describe('runbooks', () => {
  test('explain every alert, and no alert that does not exist', () => {
    assert.deepEqual(pages.sort(), alerts.map(({ name }) => runbookOf(name)).sort())
    for (const { name } of alerts) assert.ok(read('README.md').includes(`[${name}](${runbookOf(name)})`), name)
  })

  test('say what it means, what it does, how to find the cause and what to do', () => {
    for (const { name } of alerts) {
      const headings = [...read(runbookOf(name)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading)
      assert.deepEqual(headings, [name, 'Meaning', 'Impact', 'Diagnosis', 'Mitigation'])
    }
  })

  test('lead to pages and compose files that exist', () => {
    for (const page of pages) {
      for (const [, target = ''] of read(page).matchAll(/\]\(([^)]+)\)/g))
        assert.ok(existsSync(join(folder, target.replace(/#.*/, ''))), `${page}: ${target}`)
      for (const [file] of read(page).matchAll(/docker-compose\.observability\.yml/g))
        assert.ok(existsSync(join(root, file)))
    }
  })

  test('ask Prometheus what it understands', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'lms-runbooks-'))
    t.after(() => rm(directory, { recursive: true }))
    const queries = pages.flatMap((page) => [...read(page).matchAll(/'query=([^']+)'/g)].map(([, query = '']) => query))
    assert.ok(queries.length > 40, 'the queries were found')
    const rules = [...new Set(queries)].map((expr, index) => ({ record: `runbook:query:n${index}`, expr }))
    await writeFile(join(directory, 'runbooks.yml'), yaml({ groups: [{ name: 'runbooks', rules }] }))
    const checked = await run(await findPromtool(), ['check', 'rules', 'runbooks.yml'], directory)
    assert.ok(checked.passed, checked.output)
  })
})
