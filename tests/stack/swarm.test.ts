import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type AzuriteServer, startAzurite } from '#support/azurite-server.ts'
import { eventually } from '#support/eventually.ts'
import { buildImage, docker, type Result, root, run } from './docker.ts'
import { type Engine, type Engines, startEngines } from './swarm-engines.ts'

const domain = 'lms.example.org'
const images = { first: 'lms-test-swarm:1', second: 'lms-test-swarm:2', broken: 'lms-test-swarm:3' }
const tag = `lms-test-swarm-${process.pid}`

describe('a swarm of two engines', () => {
  let engines: Engines
  let manager: Engine
  let other: Engine
  let azurite: AzuriteServer
  let settings: Record<string, string>
  let accessToken: string

  before(
    async () => {
      engines = await startEngines(2)
      ;[manager, other] = engines.engines as [Engine, Engine]
      await buildImage(images.first, '1.0.0')
      await buildImage(images.second, '2.0.0')
      // Its migration works, so that tasks of it are started, and none of them lives.
      const migratesOnly = JSON.stringify([
        'sh',
        '-c',
        '[ "$0" = migrate ] && exec node /app/src/main.ts migrate; exit 3',
      ])
      const dockerfile = `FROM ${images.second}\nENTRYPOINT ${migratesOnly}\n`
      await docker(['build', '--quiet', '--tag', images.broken, '-'], { input: dockerfile })
      await Promise.all([manager, other].map(loadImages))
      await joinThem()
      azurite = await startAzurite(engines.hostAddress)
      settings = await startServices(engines.hostAddress, azurite, manager)
    },
    { timeout: 600_000 },
  )
  after(async () => {
    await engines?.remove()
    await azurite?.stop()
    await run('docker', ['rm', '--force', '--volumes', `${tag}-postgres`, `${tag}-redis`])
    await run('docker', ['image', 'rm', ...Object.values(images)])
  })

  async function joinThem(): Promise<void> {
    await manager.docker(['swarm', 'init', '--advertise-addr', manager.address])
    const token = await manager.docker(['swarm', 'join-token', '--quiet', 'worker'])
    const join = ['swarm', 'join', '--advertise-addr', other.address, '--token', token, `${manager.address}:2377`]
    await other.docker(join)
    const nodes = await manager.docker(['node', 'ls', '--quiet'])
    for (const node of nodes.split('\n')) await manager.docker(['node', 'update', '--label-add', 'edge=true', node])
  }

  function release(image: string, environment: Record<string, string> = {}): Promise<Result> {
    return run(join(root, 'ops/swarm/release.sh'), [image], {
      timeoutSeconds: 400,
      environment: { ...settings, ...manager.environment, WAIT_SECONDS: '300', ...environment },
    })
  }

  const get = (engine: Engine, path: string, token?: string) =>
    ask(engine.address, { path, ...(token && { headers: { authorization: `Bearer ${token}` } }) })
  const servingOn = async (engine: Engine) => JSON.parse((await get(engine, '/api/v1/health')).body).release

  test('what is missing is named, and nothing begun', async () => {
    const unnamed = await release(images.first, { APP_DOMAIN: '', MAIL_FROM: '' })
    assert.equal(unnamed.code, 1)
    assert.match(unnamed.stderr, /These variables are needed: APP_DOMAIN MAIL_FROM/)
    const worker = await release(images.first, other.environment)
    assert.equal(worker.code, 1)
    assert.match(worker.stderr, /no manager of a swarm/)
    assert.equal(await manager.docker(['service', 'ls', '--quiet']), '')
  })

  test('serves a release from both engines, on one database', { timeout: 450_000 }, async () => {
    const { code, stdout, stderr } = await release(images.first)
    assert.equal(code, 0, stderr)
    assert.match(stdout, /lms-test-swarm:1 serves: 4\/4 tasks/)
    const nodes = await manager.docker(['service', 'ps', 'lms_api', '--format', '{{.Name}}'])
    assert.equal(nodes.split('\n').length, 4)
    assert.equal((await other.docker(['ps', '--quiet', '--filter', 'name=lms_api'])).split('\n').length, 2)
    const account = { email: 'ada@example.org', password: 'ten characters or more' }
    const registered = await post(manager.address, '/api/v1/auth/register', { ...account, fullName: 'Ada' })
    assert.equal(registered.status, 201, registered.body)
    const login = await post(other.address, '/api/v1/auth/login', account)
    assert.equal(login.status, 200, login.body)
    accessToken = JSON.parse(login.body).accessToken
    for (const engine of [manager, other]) {
      await eventually(async () => assert.equal((await get(engine, '/api/v1/users/me', accessToken)).status, 200))
      assert.equal((await get(engine, '/metrics')).status, 404)
      assert.equal((await get(engine, '/api/v1/ready')).status, 404)
    }
  })

  test('the next release loses no request', { timeout: 450_000 }, async () => {
    const load = startLoad([manager.address, other.address], accessToken)
    const { code, stderr } = await release(images.second)
    await delay(3000)
    const { sent, failures } = await load.stop()
    assert.equal(code, 0, stderr)
    assert.deepEqual(failures.slice(0, 5), [], `${failures.length} failed`)
    assert.ok(sent > 500, `${sent} requests`)
    for (const engine of [manager, other]) assert.equal(await servingOn(engine), '2.0.0')
  })

  test('a release that does not start is taken back, and loses none either', { timeout: 450_000 }, async () => {
    const load = startLoad([manager.address, other.address], accessToken)
    const { code, stderr } = await release(images.broken)
    const { failures } = await load.stop()
    assert.equal(code, 1)
    assert.match(stderr, /took (worker|api) back/)
    assert.deepEqual(failures.slice(0, 5), [], `${failures.length} failed`)
    for (const engine of [manager, other]) assert.equal(await servingOn(engine), '2.0.0')
  })

  test('one machine is lost: the other serves on with new tasks', { timeout: 120_000 }, async () => {
    await other.unplug()
    await eventually(
      async () => {
        const answers = await Promise.all(
          Array.from({ length: 8 }, () => get(manager, '/api/v1/users/me', accessToken)),
        )
        assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
        const tasks = await manager.docker(['ps', '--quiet', '--filter', 'name=lms_api', '--filter', 'health=healthy'])
        assert.equal(tasks.split('\n').length, 4)
      },
      { timeoutMs: 100_000, everyMs: 1000 },
    )
  })
})

async function loadImages(engine: Engine): Promise<void> {
  const names = [...Object.values(images), 'caddy:2.11.4'].join(' ')
  const { code, stderr } = await run(
    'sh',
    ['-c', `docker save ${names} | docker --host ${engine.environment.DOCKER_HOST} load`],
    {
      timeoutSeconds: 300,
    },
  )
  assert.equal(code, 0, stderr)
}

/** What a provider would bring: PostgreSQL, Redis and Blob storage; and the secrets that lead there. */
async function startServices(host: string, { connectionString }: AzuriteServer, manager: Engine) {
  const start = (name: string, image: string, port: number, ...more: string[]) =>
    docker(['run', '--detach', '--name', `${tag}-${name}`, '--publish', `${host}:${port}:${port}`, ...more, image])
  await start('postgres', 'postgres:18', 5432, '--env', 'POSTGRES_PASSWORD=secret', '--env', 'POSTGRES_DB=lms')
  await docker([
    'run',
    '--detach',
    '--name',
    `${tag}-redis`,
    '--publish',
    `${host}:6379:6379`,
    'redis:8',
    'redis-server',
    '--maxmemory-policy',
    'noeviction',
    '--protected-mode',
    'no',
  ])
  const secrets = {
    database_url: `postgresql://postgres:secret@${host}:5432/lms`,
    redis_url: `redis://${host}:6379/0`,
    secret_key: randomBytes(48).toString('base64url'),
    azure_storage_connection_string: connectionString,
  }
  for (const [name, value] of Object.entries(secrets)) {
    await manager.docker(['secret', 'create', `lms_${name}`, '-'], { input: value })
  }
  return {
    APP_DOMAIN: domain,
    FRONTEND_BASE_URL: 'https://app.example.org',
    SMTP_HOST: host,
    MAIL_FROM: 'LMS <no-reply@example.org>',
    RESOLVE_IMAGE: 'never',
    // Everybody is one account here.
    RATE_LIMIT_PER_MINUTE: '0',
    API_CPUS: '0.5',
    WORKER_CPUS: '0.5',
  }
}

interface Asked {
  readonly path: string
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

function ask(
  host: string,
  { path, method = 'GET', headers = {}, body }: Asked,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host, port: 80, path, method, headers: { host: domain, ...headers }, timeout: 20_000 },
      (answer) => {
        let text = ''
        answer.on('data', (chunk) => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text })).on('error', reject)
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('no answer within 20 s'))).on('error', reject)
    sent.end(body)
  })
}

function post(host: string, path: string, content: object) {
  return ask(host, {
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(content),
  })
}

/** Some forty requests a second, reading and writing, shared among the nodes; none is tried again. */
function startLoad(hosts: readonly string[], token: string) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const failures: string[] = []
  const underWay = new Set<Promise<void>>()
  let sent = 0
  const timer = setInterval(() => {
    const host = hosts[sent % hosts.length] as string
    const asked =
      sent++ % 4 === 1
        ? { path: '/api/v1/users/me', method: 'PATCH', headers, body: JSON.stringify({ fullName: `Ada ${sent}` }) }
        : { path: '/api/v1/users/me', headers }
    const one = ask(host, asked).then(
      ({ status, body }) => void (status === 200 || failures.push(`${host}: ${status} ${body}`)),
      (error: Error) => void failures.push(`${host}: ${error.message}`),
    )
    underWay.add(one)
    void one.finally(() => underWay.delete(one))
  }, 25)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
      return { sent, failures }
    },
  }
}
