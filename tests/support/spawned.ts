import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestContext } from 'node:test'

const root = resolve(import.meta.dirname, '../..')

export interface Spawned {
  /** Everything it printed so far. */
  output(): string
  errorOutput(): string
  signal(name: NodeJS.Signals): void
  /** Resolves when it has ended, to its exit code or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/**
 * Runs a script of this repository in a process of its own, with these settings and nothing of the caller's
 * environment. What still runs when the test ends is killed.
 */
export function spawnScript(
  t: TestContext,
  script: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Spawned {
  const directory = mkdtempSync(join(tmpdir(), 'lms-spawned-'))
  const child = spawn(process.execPath, [join(root, script), ...args], {
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', DATA_DIR: join(directory, 'data'), ...settings },
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [output, errorOutput] = [child.stdout, child.stderr].map((stream) => {
    const chunks: string[] = []
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
    return () => chunks.join('')
  }) as [() => string, () => string]
  // `close`, unlike `exit`, comes when all output has been read.
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(directory, { recursive: true, force: true })
  })
  return { output, errorOutput, ended, signal: (name) => void child.kill(name) }
}
