import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
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
  /** Fills the database with the made-up institution, and returns an access token of its instructor. */
  seed(): Promise<string>
  remove(): Promise<void>
}

const scriptOf = (folder: string) => join(folder, 'scripts/deploy_azure_vm.sh')

export async function createSite(name: string, settings: Readonly<Record<string, string>> = {}): Promise<Site> {
  const project = `lms-test-${name}-${process.pid}`
  const parent = await mkdtemp(join(tmpdir(), `${project}-`))
  const appDirectory = join(parent, 'app')
  await mkdir(appDirectory)
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
      const response = await fetch(`http://127.0.0.1:${vmPort}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'instructor@example.org', password: 'demo-password-2026' }),
      })
      const answer = (await response.json()) as { accessToken?: string }
      if (!answer.accessToken) throw new Error(`The instructor cannot log in: ${JSON.stringify(answer)}`)
      return answer.accessToken
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
      await rm(parent, { recursive: true, force: true })
    },
  }
}
