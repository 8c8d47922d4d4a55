import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const help = `Usage: node tests/previous-release.ts [--ref REF] [--database sqlite|postgres] [FILE|FOLDER ...]

Runs the tests of the release before on the schema of this working tree: a deploy migrates while that release serves, and
--rollback goes back to it. Its own migrations are replaced by the present ones; everything else is as it was released.

  --ref REF        the release before; default: the last tag vN.N.N that is not this commit itself
  --database NAME  sqlite or postgres (as in tests/run.ts); default: postgres
  FILE, FOLDER     only these tests of it; default: src

Exit code 0: they pass, or nothing has been released yet, which is said; 1: they do not; 2: wrong usage.
`

process.exitCode = main()

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ref: { type: 'string' },
      database: { type: 'string', default: 'postgres' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  if (!['sqlite', 'postgres'].includes(values.database)) {
    process.stderr.write(`--database is sqlite or postgres, not “${values.database}”.\nTry --help.\n`)
    return 2
  }
  const previous = values.ref ?? lastRelease()
  if (previous) return testOnPresentSchema(previous, values.database, positionals)
  process.stdout.write('Nothing has been released yet (no tag vN.N.N before this commit): there are no tests to run.\n')
  return 0
}

function lastRelease(): string | undefined {
  const tags = git('tag', '--list', 'v*', '--merged', 'HEAD', '--no-contains', 'HEAD', '--sort=-version:refname')
  return tags.split('\n').find((tag) => /^v\d+\.\d+\.\d+$/.test(tag))
}

function testOnPresentSchema(previous: string, database: string, paths: readonly string[]): number {
  const root = resolve(import.meta.dirname, '..')
  const folder = join(mkdtempSync(join(tmpdir(), 'lms-previous-')), 'release')
  git('worktree', 'add', '--detach', folder, previous)
  try {
    rmSync(join(folder, 'src/migrations'), { recursive: true })
    cpSync(join(root, 'src/migrations'), join(folder, 'src/migrations'), { recursive: true })
    installDependencies(root, folder)
    process.stdout.write(`The tests of ${previous} on the present schema:\n`)
    const args = ['tests/run.ts', database, ...(paths.length > 0 ? paths : ['src'])]
    return spawnSync(process.execPath, args, { cwd: folder, stdio: 'inherit' }).status ?? 1
  } finally {
    git('worktree', 'remove', '--force', folder)
    rmSync(join(folder, '..'), { recursive: true, force: true })
  }
}

/** Those of this working tree when they are the same. */
function installDependencies(root: string, folder: string): void {
  const isSame = git('diff', '--name-only', 'HEAD', '--', 'package-lock.json') === '' && lockOf(folder) === lockOf(root)
  if (isSame) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  else execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' })
}

function lockOf(folder: string): string {
  return execFileSync('git', ['rev-parse', 'HEAD:package-lock.json'], { cwd: folder, encoding: 'utf8' }).trim()
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
}
