import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { onPath } from './debian-package.ts'

const run = promisify(execFile)
const installScanner = resolve(import.meta.dirname, '../../ops/pipelines/install-scanner.sh')
const fromDebianTesting = join(import.meta.dirname, 'from-debian-testing.sh')

const howToGet = `gitleaks is needed and was not found on PATH. One of these provides it:
  ops/pipelines/install-scanner.sh gitleaks DIRECTORY    the pinned release from github.com; then DIRECTORY on PATH
  apt-get install gitleaks                               on Debian 13 and newer (done for you as root, on older ones, too)
  brew install gitleaks                                  on macOS`

/**
 * Path of a gitleaks in `directory`: a copy of that of PATH, else the pinned release where github.com can be reached,
 * else Debian's.
 */
export async function provideGitleaks(directory: string): Promise<string> {
  const target = join(directory, 'gitleaks')
  const found = onPath('gitleaks')
  if (found) await copyFile(found, target)
  else if (await canReachGitHub()) await run(installScanner, ['gitleaks', directory])
  else await copyFromDebian(target)
  return target
}

async function copyFromDebian(target: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'lms-gitleaks-'))
  try {
    await run(fromDebianTesting, ['gitleaks', scratch])
    await copyFile(join(scratch, 'usr/bin/gitleaks'), target)
  } catch (cause) {
    throw new Error(`${howToGet}\n\nThe attempt to take Debian's failed: ${(cause as Error).message}`, { cause })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Whether releases can be downloaded here. */
export function canReachGitHub(): Promise<boolean> {
  return fetch('https://github.com', { method: 'HEAD', signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  )
}
