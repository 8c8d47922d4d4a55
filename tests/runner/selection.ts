import { existsSync, globSync } from 'node:fs'
import { relative, resolve } from 'node:path'

/** Folders whose tests run once, in a process of their own per file, two at a time, with PostgreSQL and Redis. */
const isolatedFolders = [
  'ops',
  'scripts',
  'tests/acceptance',
  'tests/clients',
  'tests/faults',
  'tests/property',
  'tests/runner',
  'tests/storage',
  'bench',
]

/** They put the product under load and bound its answers in time, so nothing else may run beside them. */
const loadTests = ['bench/', 'tests/faults/lost-', 'tests/faults/rolling-stop.']

/** Its tests need a Docker engine, and minutes: `npm run test:stack`. */
const stackFolder = 'tests/stack'

export function needsWholeMachine(file: string): boolean {
  return loadTests.some((path) => file.startsWith(path))
}

export interface Selection {
  /** Run twice, on SQLite and on PostgreSQL with Redis, many in one process. */
  inProcess: string[]
  isolated: string[]
}

/** Every test file of the repository, or those among them that `paths` (files or folders) name. */
export function selectFiles(root: string, paths: string[]): Selection {
  const all = globSync('{src,tests,ops,bench,scripts}/**/*.test.ts', { cwd: root })
    .filter((file) => !file.startsWith(`${stackFolder}/`))
    .sort()
  const selected = paths.length === 0 ? all : paths.flatMap((path) => filesAt(root, path, all))
  const isIsolated = (file: string): boolean => isolatedFolders.some((folder) => file.startsWith(`${folder}/`))
  return { inProcess: selected.filter((file) => !isIsolated(file)), isolated: selected.filter(isIsolated) }
}

function filesAt(root: string, path: string, all: string[]): string[] {
  const wanted = relative(root, resolve(root, path))
  const files = all.filter((file) => file === wanted || file.startsWith(`${wanted}/`))
  if (files.length > 0) return files
  throw new Error(`${path} ${existsSync(resolve(root, path)) ? 'holds no test (*.test.ts)' : 'does not exist'}.`)
}
