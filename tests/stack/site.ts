import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#support/free-port.ts'
import { buildArguments, docker, type Result, root, run } from './docker.ts'
import { domain } from './edge.ts'

/** An installation of the product on this machine, made and run by the deploy's own script. */
export interface Site {
  readonly project: string
  readonly appDirectory: string
  readonly httpPort: number
  readonly httpsPort: number
  readonly vmPort: number
  /** The settings that a deploy of it needs, as variables. */
  readonly environment: Readonly<Record<string, string>>
  /** Runs the deploy to its end; `from` is another release's folder. */
  deploy(args?: readonly string[], environment?: Readonly<Record<string, string>>, from?: string): Promise<Result>
  /** Starts the deploy, in a process group of its own. */
  startDeploy(args?: readonly string[], environment?: Readonly<Record<string, string>>, from?: string): ChildProcess
  /** Runs `docker compose` on it. */
  compose(...args: string[]): Promise<string>
  /** blue or green; empty before the first deploy. */
  liveColour(): Promise<string>
  /** What serves, as the proxy's own door on this machine says. */
  servingRelease(): Promise<string>
  /** Fills the database with the made-up institution; returns access tokens of two of its people. */
  seed(): Promise<{ readonly instructor: string; readonly administrator: string }>
  /** Writes what each container said into a file of its own. */
  saveLogs(folder: string): Promise<void>
  remove(): Promise<void>
}

const scriptOf = (folder: string) => join(folder, 'scripts/deploy_azure_vm.sh')

/** `appDirectory` is a folder of its own that exists and is empty; default: one that is made, and removed in the end. */
export async function createSite(
  name: string,
  settings: Readonly<Record<string, string>> = {},
  appDirectory?: string,
): Promise<Site> {
  const project = `lms-test-${name}-${process.pid}`
  const parent = await mkdtemp(join(tmpdir(), `${project}-`))
  return installation(project, settings, parent, appDirectory ?? (await makeFolder(join(parent, 'app'))))
}

async function makeFolder(path: string): Promise<string> {
  await mkdir(path)
  return path
}

async function installation(
  project: string,
  settings: Readonly<Record<string, string>>,
  parent: string,
  appDirectory: string,
): Promise<Site> {
  const [httpPort, httpsPort, vmPort] = [await freePort(), await freePort(), await freePort()]
  const base = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '/root',
    LC_ALL: 'C.UTF-8',
    APP_DIR: appDirectory,
    DEPLOY_BUILD_ARGUMENTS: (await buildArguments()).join(' '),
    COMPOSE_PROJECT_NAME: project,
    APP_DOMAIN: domain,
    LETSENCRYPT_EMAIL: 'nobody@example.org',
    FRONTEND_BASE_URL: 'https://app.lms.localhost',
    SMTP_HOST: '127.0.0.1',
    MAIL_FROM: 'LMS <no-reply@example.org>',
    HTTP_PUBLISH: `127.0.0.1:${httpPort}`,
    HTTPS_PUBLISH: `127.0.0.1:${httpsPort}`,
    VM_PORT: String(vmPort),
    API_CPUS: '1',
    WORKER_CPUS: '1',
    // Everybody comes from one address here.
    RATE_LIMIT_PER_MINUTE: '0',
    ACCESS_LOG: 'false',
    ACCESS_TOKEN_MINUTES: '120',
    TRUSTED_HOSTS: `${domain},127.0.0.1`,
    SOAK_SECONDS: '2',
    DEPLOY_MIN_DISK_MB: '1000',
    ...settings,
  }
  const readState = (path: string) =>
    readFile(join(appDirectory, path), 'utf8').then(
      (text) => text.trim(),
      () => '',
    )
  const composeArguments = ['compose', '--project-name', project, '--project-directory', appDirectory]
  const compose = (...args: string[]) =>
    docker([...composeArguments, '--file', join(root, 'docker-compose.prod.yml'), ...args], { timeoutSeconds: 300 })
  return {
    project,
    appDirectory,
    httpPort,
    httpsPort,
    vmPort,
    environment: base,
    deploy: (args = [], environment = {}, from = root) =>
      run(scriptOf(from), args, { timeoutSeconds: 600, environment: { ...base, ...environment } }),
    startDeploy: (args = [], environment = {}, from = root) =>
      spawn(scriptOf(from), [...args], {
        env: { ...base, ...environment },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    compose,
    liveColour: () => readState('live/colour'),
    async servingRelease() {
      const response = await fetch(`http://127.0.0.1:${vmPort}/api/v1/health`)
      return ((await response.json()) as { release: string }).release
    },
    async seed() {
      await compose('run', '--rm', '--no-deps', '-T', '-e', 'ENVIRONMENT=development', 'operator', 'seed-demo')
      return { instructor: await logIn(vmPort, 'instructor'), administrator: await logIn(vmPort, 'admin') }
    },
    async saveLogs(folder) {
      await mkdir(folder, { recursive: true })
      const filter = `label=com.docker.compose.project=${project}`
      const names = await docker(['ps', '--all', '--filter', filter, '--format', '{{.Names}}'])
      for (const name of names.split('\n').filter(Boolean)) {
        const { stdout, stderr } = await run('docker', ['logs', name])
        await writeFile(join(folder, `${name.slice(project.length + 1)}.log`), stdout + stderr)
      }
    },
    async remove() {
      await run(
        'docker',
        [
          ...composeArguments,
          '--file',
          join(root, 'docker-compose.prod.yml'),
          '--profile',
          '*',
          'down',
          '--volumes',
          '--timeout',
          '5',
        ],
        {
          timeoutSeconds: 300,
        },
      )
      const images = (
        await docker(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', `${project}-backend`])
      ).split('\n')
      if (images[0]) await run('docker', ['image', 'rm', '--force', ...images])
      // Archive and backups belong to users of containers.
      await run('docker', ['run', '--rm', '--volume', `${parent}:/parent`, 'postgres:18', 'rm', '-rf', '/parent/app'])
      await rm(parent, { recursive: true, force: true })
    },
  }
}

async function logIn(port: number, name: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${name}@example.org`, password: 'demo-password-2026' }),
  })
  const answer = (await response.json()) as { accessToken?: string }
  if (!answer.accessToken) throw new Error(`${name} cannot log in: ${JSON.stringify(answer)}`)
  return answer.accessToken
}
