import { execFile } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

export interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly timeoutSeconds?: number
  readonly environment?: Readonly<Record<string, string>>
  readonly directory?: string
  readonly input?: string
}

/** Runs a program to its end and tells how it ended; rejects only when it cannot be started or takes too long. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const { timeoutSeconds = 120, environment = {}, directory = root, input } = options
  return new Promise((succeed, fail) => {
    const child = execFile(
      program,
      [...args],
      {
        cwd: directory,
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
        timeout: timeoutSeconds * 1000,
        maxBuffer: 512 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') {
          const why = error.killed ? `took longer than ${timeoutSeconds} s` : error.message
          fail(new Error(`${program} ${args.join(' ')}: ${why}\n${stdout}\n${stderr}`))
        } else succeed({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
      },
    )
    // Who ends without reading its input is told by its exit code.
    child.stdin?.on('error', () => {}).end(input ?? '')
  })
}

/** Runs `docker` and returns what it printed; rejects when it fails. */
export async function docker(args: readonly string[], options?: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await run('docker', args, options)
  if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`)
  return stdout.trim()
}

/** This machine's address on Docker's own network: containers reach it, and nobody outside. */
export function bridgeAddress(): Promise<string> {
  return docker(['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'])
}

/**
 * What every build of the image here gets beside its context: the network of this machine, since the bridge of Docker
 * leads nowhere on some machines that run tests.
 */
export async function buildArguments(): Promise<string[]> {
  return ['--network', 'host', '--build-arg', `NODE_IMAGE=${await nodeImage()}`]
}

/** Builds the image of this working tree under a tag; a second build is a matter of a second. */
export async function buildImage(tag: string, version: string): Promise<void> {
  const args = [...(await buildArguments()), '--build-arg', `VERSION=${version}`, '--build-arg', 'REVISION=0123abc']
  await docker(['build', '--quiet', ...args, '--tag', tag, '--file', join(root, 'Dockerfile'), root], {
    timeoutSeconds: 600,
  })
}

/**
 * The base image of the Dockerfile; where it is a stand-in made of a distribution's Node, which cannot strip types, the
 * same with the Node of package.json.
 */
async function nodeImage(): Promise<string> {
  const official = 'node:24-slim'
  const stripsTypes = await docker(['run', '--rm', official, 'node', '-p', 'process.features.typescript'])
  if (stripsTypes === 'strip') return official
  const tag = 'lms-test-node:24'
  const dockerfile = `FROM ${official}\nRUN rm -f /usr/local/bin/node\nCOPY --chmod=755 node /usr/local/bin/node\n`
  const context = join(realpathSync(join(root, 'node_modules')), 'node/bin')
  await docker(['build', '--quiet', '--network', 'host', '--tag', tag, '--file', '-', context], { input: dockerfile })
  return tag
}
