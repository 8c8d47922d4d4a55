import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './docker.ts'

const parts = [
  'Dockerfile',
  '.dockerignore',
  '.npmrc',
  'package.json',
  'package-lock.json',
  'src',
  'ops',
  'scripts',
  'docker-compose.prod.yml',
  'docker-compose.observability.yml',
  '.env.production.example',
]

export interface Change {
  readonly file: string
  readonly from: string | RegExp
  readonly to: string
}

/** A copy of this working tree as a release archive holds it, with changes; removed by `remove`. */
export async function makeRelease(...changes: Change[]): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'lms-release-'))
  for (const part of parts) await cp(join(root, part), join(folder, part), { recursive: true })
  for (const { file, from, to } of changes) {
    const path = join(folder, file)
    const before = await readFile(path, 'utf8')
    const after = before.replace(from, () => to)
    if (after === before) throw new Error(`${file} has changed: the fault cannot be planted.`)
    await writeFile(path, after)
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** Its image builds, and cannot even print its help. */
export const brokenImage: Change = {
  file: 'src/cli.ts',
  from: 'export async function run(',
  to: "throw new Error('a broken release')\nexport async function run(",
}

export const failingMigration: Change = {
  file: 'src/migrations/index.ts',
  from: /^export const migrations([^=]*)= \[/m,
  to: "export const migrations: SchemaMigration[] = [{ name: '9999-fail', statements: () => ['create table half_done (id text)', 'select 1 / 0'] },",
}

/** It starts and serves, and is never ready. */
export const failingReadiness: Change = {
  file: 'src/platform/http/readiness.ts',
  from: "every(({ status }) => status === 'up')",
  to: "every(({ status }) => status === 'planted fault')",
}

/** Every check of a deploy passes, and users get 500. */
export const failingForUsers: Change = {
  file: 'src/platform/http/request-start.ts',
  from: "    if (request.url.includes('%00'))",
  to: "    if (request.url.includes('q=')) throw new Error('planted fault')\n    if (request.url.includes('%00'))",
}

/** A good migration that takes its time; it comes last. */
export function slowMigration(word: string): Change {
  const statements = `['create table planted_${word} (id text)', 'select pg_sleep(4)']`
  return {
    file: 'src/migrations/index.ts',
    from: /\n\]\s*$/,
    to: `\n  { name: '9000-plant-${word}', statements: () => ${statements} },\n]\n`,
  }
}
