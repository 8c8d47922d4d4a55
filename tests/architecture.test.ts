import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, test } from 'node:test'

/**
 * Who may import whom. A module sees another only through its index.ts, and only those listed here; it may list only
 * modules above itself, so there are no cycles. When a lower one must react to a higher one, the higher one enqueues a
 * job that it defines, and app.ts registers the handler.
 */
const modules: Readonly<Record<string, readonly string[]>> = {
  audit: [],
  maintenance: ['audit'],
  users: ['audit'],
  auth: ['audit', 'users'],
  accounts: ['audit', 'users', 'auth'],
  admin: ['audit', 'users', 'auth', 'accounts'],
  courses: ['audit', 'users', 'auth'],
  enrollments: ['audit', 'users', 'auth', 'courses'],
  progress: ['audit', 'users', 'auth', 'courses', 'enrollments'],
  deadlines: ['audit', 'users', 'auth', 'courses', 'enrollments', 'progress'],
  gradebook: ['audit', 'users', 'auth', 'courses', 'enrollments', 'progress', 'deadlines'],
  reviews: ['audit', 'users', 'auth', 'courses'],
  files: ['audit', 'users', 'auth', 'courses'],
  assignments: ['audit', 'users', 'auth', 'courses', 'enrollments', 'progress', 'deadlines', 'gradebook', 'files'],
  certificates: ['audit', 'users', 'auth', 'courses', 'enrollments', 'gradebook'],
  analytics: ['auth', 'courses'],
  questions: ['audit', 'users', 'auth', 'courses'],
  quizzes: ['audit', 'users', 'auth', 'courses', 'enrollments', 'progress', 'deadlines', 'gradebook', 'questions'],
}

/** Beside a module's own files it may use `#platform/*`, and of src/ itself only the type of the whole database. */
const seenByModules = ['src/database.ts']

/** Packages and built-ins that one folder wraps for everybody else. Tests' own clients live in tests/. */
const wrapped: Readonly<Record<string, string>> = {
  'node:sqlite': 'src/platform/database',
  pg: 'src/platform/database',
  bullmq: 'src/platform/jobs',
  ioredis: 'src/platform/ephemeral',
  'prom-client': 'src/platform/metrics',
  '@sentry/node': 'src/platform/error-tracking',
  nodemailer: 'src/platform/mail',
  '@azure/storage-blob': 'src/platform/storage',
  '@myriaddreamin/typst-ts-node-compiler': 'src/platform/typesetting',
}

/** Each of these names says that nobody decided where something belongs. */
const forbiddenFolders = ['utils', 'util', 'helpers', 'common', 'shared', 'types', 'lib', 'misc', 'core']

const root = join(import.meta.dirname, '..')
const files = globSync('{src,tests,ops,bench,scripts}/**/*.ts', { cwd: root }).map(readSource)
const production = files.filter(({ path }) => path.startsWith('src/') && !path.endsWith('.test.ts'))

describe('imports', () => {
  test('the platform has never heard of the product', () => {
    refuse(production, ({ path }, { target }) => {
      return isBelow(path, 'src/platform') && isBelow(target, 'src') && !isBelow(target, 'src/platform')
    })
  })

  test('every module has a row in the table above, which lists only modules above it', () => {
    const present = new Set(production.flatMap(({ path }) => moduleOf(path) ?? []))
    assert.deepEqual([...present].sort(), Object.keys(modules).sort())
    const seen = new Set<string>()
    for (const [name, allowed] of Object.entries(modules)) {
      for (const one of allowed) assert.ok(seen.has(one), `${name} lists ${one}, which does not stand above it`)
      seen.add(name)
    }
  })

  test('a module imports another only as the table says, and only its index.ts', () => {
    refuse(production, ({ path }, { target }) => {
      const [from, to] = [moduleOf(path), moduleOf(target)]
      if (from === undefined || to === undefined || from === to) return false
      return !modules[from]?.includes(to) || target !== `src/modules/${to}/index.ts`
    })
  })

  test('a module gets everything else from the composition root: it sees neither app.ts nor config.ts', () => {
    refuse(production, ({ path }, { target, isType }) => {
      const isElsewhere = isBelow(target, 'src') && !isBelow(target, 'src/platform') && !isBelow(target, 'src/modules')
      return moduleOf(path) !== undefined && isElsewhere && !(isType && seenByModules.includes(target))
    })
  })

  test('operations see metric definitions, module faces and the platform, no decisions', () => {
    refuse(files, ({ path }, { target }) => {
      const isAllowed =
        target.endsWith('/metrics.ts') || target.endsWith('/index.ts') || isBelow(target, 'src/platform')
      return isBelow(path, 'ops') && isBelow(target, 'src') && !isAllowed
    })
  })

  test('acceptance tests know the product only by its HTTP API', () => {
    refuse(files, ({ path }, { target }) => isBelow(path, 'tests/acceptance') && isBelow(target, 'src'))
  })

  test('each wrapped package is imported from one folder', () => {
    refuse(production, ({ path }, { target }) => {
      const found = Object.keys(wrapped).find((name) => target === name || isBelow(target, name))
      return found !== undefined && !isBelow(path, wrapped[found] ?? '')
    })
  })

  test('the environment is read in config.ts and handed over by commands, nowhere else', () => {
    const readers = production.filter(({ text }) => /process\.env\b/.test(text)).map(({ path }) => path)
    assert.deepEqual(
      readers.filter((path) => !isBelow(path, 'src/commands') && path !== 'src/config.ts'),
      [],
    )
  })
})

describe('tables', () => {
  const owners = tableOwners()

  test('each table has one owner', () => {
    const tables = owners.map(({ table }) => table)
    assert.ok(tables.length >= 10, 'the tables were found')
    assert.deepEqual([...new Set(tables)], tables)
  })

  test('only the owner writes a table; others may read it', () => {
    const ownerOf = new Map(owners.map(({ table, owner }) => [table, owner]))
    const intruders = production
      .filter(({ path }) => !path.startsWith('src/migrations/'))
      .flatMap(({ path, text }) =>
        writtenTables(text)
          .filter((table) => !isBelow(path, ownerOf.get(table) ?? '(nobody)'))
          .map((table) => `${path} writes ${table}, which belongs to ${ownerOf.get(table) ?? 'nobody'}`),
      )
    assert.deepEqual(intruders, [])
  })

  test('only the demo writes rows in bulk, whose tables the rule above cannot see', () => {
    refuse(production, ({ path }, { target }) => {
      return target === 'src/platform/database/bulk-insert.ts' && !isBelow(path, 'src/demo')
    })
  })

  test('a write names its table, so that the rule above can see it', () => {
    const hidden = production
      .filter(({ text }) => /\b(insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\((?!['"\s])/.test(text))
      .map(({ path }) => path)
    assert.deepEqual(hidden, [])
  })
})

test('no folder has a name that says nothing', () => {
  const folders = new Set(files.flatMap(({ path }) => dirname(path).split('/')))
  assert.deepEqual(
    forbiddenFolders.filter((name) => folders.has(name)),
    [],
  )
})

interface Import {
  /** A path from the root, or a package. */
  readonly target: string
  readonly isType: boolean
}

interface Source {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
}

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8')
  const statements = text.matchAll(/^\s*(?:import|export)\s+(type\b)?[^'"]*?from\s+'([^']+)'/gm)
  const others = text.matchAll(/\bimport\s*\(?\s*'([^']+)'/g)
  const imports = [
    ...[...statements].map(([, type, name = '']) => ({ target: resolve(path, name), isType: type === 'type' })),
    ...[...others].map(([, name = '']) => ({ target: resolve(path, name), isType: false })),
  ]
  return { path, text, imports }
}

function resolve(from: string, name: string): string {
  if (name.startsWith('.')) return normalize(join(dirname(from), name))
  return name
    .replace('#platform/', 'src/platform/')
    .replace('#modules/', 'src/modules/')
    .replace('#support/', 'tests/support/')
}

/** Fails with every import of `sources` that is `forbidden`. */
function refuse(sources: readonly Source[], forbidden: (file: Source, one: Import) => boolean): void {
  assert.ok(sources.length > 0, 'there are files to look at')
  const found = sources.flatMap((file) =>
    file.imports.filter((one) => forbidden(file, one)).map(({ target }) => `${file.path} imports ${target}`),
  )
  assert.deepEqual(found, [])
}

function moduleOf(path: string): string | undefined {
  return /^src\/modules\/([^/]+)\//.exec(path)?.[1]
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`)
}

function tableOwners(): { table: string; owner: string }[] {
  return production
    .filter(({ path }) => path.endsWith('/tables.ts'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/^ {2}(\w+): \{/gm)].map(([, table = '']) => ({ table, owner: dirname(path) })),
    )
}

function writtenTables(text: string): string[] {
  const built = text.matchAll(/\b(?:insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\(\s*['"](\w+)['"]/g)
  const raw = text.matchAll(/\b(?:insert into|delete from|update)\s+(\w+)\s+(?:set\b|\(|where\b|values\b)/g)
  return [...built, ...raw].map(([, table = '']) => table)
}
