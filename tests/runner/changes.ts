import { execFileSync } from 'node:child_process'
import { globSync } from 'node:fs'

/** What every test may depend on. */
const everything = /^(src\/[^/]+|tests\/support\/.*|package(-lock)?\.json)$/
/** A room: what its tests cover, as far as a look at the path can tell. */
const room = /^(src\/(?:modules|platform)\/[^/]+|src\/(?!modules\/|platform\/)[^/]+)\//

/**
 * The folders and test files that what changed since the branch left main belongs to, and what is not committed yet;
 * empty when that can concern every test, or when others hold the tests of what changed. Throws when nothing changed
 * that tests know of.
 */
export function changedPaths(root: string): string[] {
  const git = (...args: string[]): string[] =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
      .split('\n')
      .filter((line) => line !== '')
  const [base = 'HEAD'] = git('merge-base', 'HEAD', 'main')
  const files = [
    ...git('diff', '--name-only', '--relative', base),
    ...git('ls-files', '--others', '--exclude-standard'),
  ]
  if (files.some((file) => everything.test(file))) return []
  const paths = files.flatMap((file) => room.exec(file)?.[1] ?? (/^tests\/[^/]+\.test\.ts$/.test(file) ? file : []))
  if (paths.length === 0) throw new Error('Nothing that these tests cover has changed since main.')
  const holdsTests = (path: string) => globSync([path, `${path}/**/*.test.ts`], { cwd: root }).some(isTestFile)
  return paths.every(holdsTests) ? [...new Set(paths)].sort() : []
}

const isTestFile = (path: string): boolean => path.endsWith('.test.ts')
