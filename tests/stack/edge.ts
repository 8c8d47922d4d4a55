import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '#support/eventually.ts'
import { freePort } from '#support/free-port.ts'
import { docker, root, run } from './docker.ts'

/** Names below .localhost get a certificate of Caddy's own authority instead of one from Let's Encrypt. */
export const domain = 'lms.localhost'

export interface EdgeOptions {
  readonly project: string
  /** The API's image; a container of it stands where blue's first process would. */
  readonly image: string
  readonly caddyfile?: string
  /** More of `docker run` for Caddy. */
  readonly caddyArguments?: readonly string[]
}

/** Real Caddy with the project's configuration before a real API in one process. */
export interface Edge {
  readonly httpPort: number
  readonly httpsPort: number
  readonly vmPort: number
  readonly prometheusPort: number
  readonly api: string
  readonly caddy: string
  /** What Caddy wrote so far. */
  log(): Promise<string>
  stop(): Promise<void>
}

export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { project, image, caddyfile = 'Caddyfile', caddyArguments = [] } = options
  const live = await mkdtemp(join(tmpdir(), 'lms-edge-'))
  await writeFile(join(live, 'colour'), 'blue\n')
  const [api, caddy] = [`${project}-api-blue-1`, `${project}-caddy`]
  const [httpPort, httpsPort, vmPort, prometheusPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  async function stop() {
    await run('docker', ['rm', '--force', '--volumes', api, caddy])
    await run('docker', ['network', 'rm', project])
    await rm(live, { recursive: true, force: true })
  }
  await docker(['network', 'create', project])
  const settings = [`TRUSTED_HOSTS=${domain}`, 'TRUSTED_PROXIES=172.16.0.0/12,192.168.0.0/16,10.0.0.0/8']
  await docker([
    'run',
    '--detach',
    '--name',
    api,
    '--network',
    project,
    ...settings.flatMap((one) => ['--env', one]),
    image,
  ])
  await docker([
    ...['run', '--detach', '--name', caddy, '--network', project],
    ...[
      '--env',
      `APP_DOMAIN=${domain}`,
      '--env',
      'LETSENCRYPT_EMAIL=nobody@example.org',
      '--env',
      `PROJECT=${project}`,
    ],
    ...['--env', 'UPLOAD_MAX_MEGABYTES=3'],
    ...[`${httpPort}:80`, `${httpsPort}:443`, `${vmPort}:8000`, `${prometheusPort}:2020`].flatMap((ports) => [
      '--publish',
      `127.0.0.1:${ports}`,
    ]),
    ...['--volume', `${join(root, 'ops/caddy')}:/etc/caddy:ro`, '--volume', `${live}:/live:ro`],
    ...caddyArguments,
    ...['caddy:2.11.4', 'caddy', 'run', '--config', `/etc/caddy/${caddyfile}`, '--adapter', 'caddyfile'],
  ])
  await eventually(
    async () => {
      const { status } = await ask({ port: vmPort, path: '/api/v1/ready', isSecure: false })
      if (status !== 200) throw new Error(`${caddyfile}: the API is not there: ${status}`)
    },
    { timeoutMs: 30_000, everyMs: 200 },
  ).catch(async (error) => {
    const { stdout, stderr } = await run('docker', ['logs', caddy])
    await stop()
    throw new Error(`${error}\n${stdout}\n${stderr}`)
  })
  return {
    httpPort,
    httpsPort,
    vmPort,
    prometheusPort,
    api,
    caddy,
    async log() {
      const { stdout, stderr } = await run('docker', ['logs', caddy])
      return stdout + stderr
    },
    stop,
  }
}

export interface Question {
  readonly port: number
  readonly path: string
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Buffer | string
  readonly isSecure?: boolean
  /** The name that is asked for, in the certificate and in the request. */
  readonly name?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** One request on a connection of its own; the certificate is not checked. */
export function ask({
  port,
  path,
  method = 'GET',
  headers,
  body,
  isSecure = true,
  name = domain,
}: Question): Promise<Answer> {
  const request = isSecure ? secureRequest : plainRequest
  return new Promise((resolve, reject) => {
    request(
      {
        host: '127.0.0.1',
        servername: name,
        rejectUnauthorized: false,
        agent: false,
        ...{ port, path, method },
        headers: { host: name, ...headers },
      },
      (response) => {
        const chunks: Buffer[] = []
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
          )
          .on('error', reject)
      },
    )
      .on('error', reject)
      .end(body)
  })
}
