import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { root, run } from './docker.ts'

const help = `Usage: node tests/stack/run.ts [FILE ...]

Runs the tests of the real stack: image, compose files, proxy, deploy under load. They need a Docker engine with Compose
2.30 or newer and Buildx, and about 15 minutes; npm test leaves them out. They start containers under project names of
their own (lms-test-…), and take them down.

  FILE   only these tests; default: tests/stack/*.test.ts
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(help)
    return 0
  }
  const missing = await whatIsMissing()
  if (missing) {
    process.stderr.write(`The tests of the stack cannot run here: ${missing}\n`)
    return 1
  }
  const files = args.length > 0 ? args : globSync('tests/stack/*.test.ts', { cwd: root }).sort()
  // One after the other: each starts a stack, and measures it.
  const child = spawn(process.execPath, ['--test', '--test-concurrency=1', ...files], { cwd: root, stdio: 'inherit' })
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)))
}

async function whatIsMissing(): Promise<string | undefined> {
  const engine = await run('docker', ['version', '--format', '{{.Server.Version}}']).catch(asFailure)
  if (engine.code !== 0) return `no Docker engine answers (docker version: ${lastLine(engine.stderr)}).`
  const compose = await run('docker', ['compose', 'version', '--short']).catch(asFailure)
  const [major = 0, minor = 0] = compose.stdout.trim().replace(/^v/, '').split('.').map(Number)
  if (compose.code !== 0) return 'Docker has no Compose plugin (docker compose version fails).'
  if (major < 2 || (major === 2 && minor < 30)) return `Compose is ${compose.stdout.trim()}; 2.30 or newer is needed.`
  const buildx = await run('docker', ['buildx', 'version']).catch(asFailure)
  return buildx.code === 0 ? undefined : 'Docker has no Buildx plugin (docker buildx version fails).'
}

function asFailure(error: Error) {
  return { code: 127, stdout: '', stderr: error.message }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
