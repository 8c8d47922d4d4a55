import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

export interface Wanted {
  readonly command: string
  /** The package of Debian and Ubuntu that holds it. */
  readonly debianPackage: string
  /** How else people get it, one line each. */
  readonly otherWays: readonly string[]
}

/** Path of a command. Installs its package when that needs no question: as root on Debian. */
export async function findOrInstall(wanted: Wanted): Promise<string> {
  const found = onPath(wanted.command)
  if (found) return found
  const aptGet = onPath('apt-get')
  if (process.getuid?.() !== 0 || !aptGet) throw new Error(howToGet(wanted))
  await installWithApt(aptGet, wanted)
  const installed = onPath(wanted.command)
  if (!installed) throw new Error(howToGet(wanted))
  return installed
}

function howToGet({ command, debianPackage, otherWays }: Wanted): string {
  const ways = [`apt-get install ${debianPackage}    on Debian and Ubuntu (done for you when the tests run as root)`]
  return `${command} is needed and was not found on PATH. One of these provides it:\n${[...ways, ...otherWays].map((way) => `  ${way}`).join('\n')}`
}

/** Path of a program that is installed. */
export function onPath(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

async function installWithApt(aptGet: string, wanted: Wanted): Promise<void> {
  process.stderr.write(`${wanted.command} is missing: installing it with apt-get\n`)
  await withoutStartingServices(async () => {
    try {
      await run(aptGet, ['update'])
      await run(aptGet, ['install', '--yes', '--no-install-recommends', wanted.debianPackage])
    } catch (cause) {
      throw new Error(`${howToGet(wanted)}\n\nThe attempt to install it failed: ${(cause as Error).message}`, { cause })
    }
  })
}

const policyFile = '/usr/sbin/policy-rc.d'

/** Debian starts a service as soon as its package is installed, unless this file forbids it (exit code 101). */
async function withoutStartingServices(work: () => Promise<void>): Promise<void> {
  if (existsSync(policyFile)) return work()
  await writeFile(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    await rm(policyFile)
  }
}

/** Rejects with the end of the command's output. */
async function run(command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = `${output}${chunk}`.slice(-2_000)
    })
  }
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${code}\n${output.trim()}`)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
