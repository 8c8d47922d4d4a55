import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { docker, root, run } from './docker.ts'

interface Service {
  readonly image: string
  readonly ports?: readonly { readonly host_ip?: string; readonly target: number }[]
  readonly networks: Readonly<Record<string, unknown>>
  readonly environment?: Readonly<Record<string, string | null>>
  readonly logging: { readonly driver: string; readonly options: Readonly<Record<string, string>> }
  readonly stop_grace_period: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly container_name?: string
  readonly deploy?: { readonly replicas?: number }
}

interface Stack {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>
}

const secret = 'aSecretNobodyMayRead-0123456789abcdef'

/** The stack as Compose understands it, with secrets in .env. */
async function productionStack(): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'lms-compose-'))
  try {
    const names = ['SECRET_KEY', 'PROD_DATABASE_URL', 'SMTP_PASSWORD', 'SENTRY_DSN', 'AZURE_STORAGE_CONNECTION_STRING']
    const lines = [
      'APP_DOMAIN=lms.example.org',
      ...[...names, 'ALERTMANAGER_WEBHOOK_URL'].map((name) => `${name}=${secret}`),
    ]
    await writeFile(join(folder, '.env'), lines.join('\n'))
    const file = join(root, 'docker-compose.prod.yml')
    const args = ['--project-directory', folder, '--file', file, '--profile', '*', 'config', '--format', 'json']
    return JSON.parse(await docker(['compose', ...args]))
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('the stack of production', () => {
  let stack: Stack
  before(async () => {
    stack = await productionStack()
  })
  const each = () => Object.entries(stack.services)
  const product = () => each().filter(([name]) => /^(api|worker)-|^operator$/.test(name))

  test('only Caddy is reachable from outside, its own door for the machine only on the loopback', () => {
    assert.deepEqual(
      each().flatMap(([name, { ports }]) => (ports ? [name] : [])),
      ['caddy'],
    )
    const inner = stack.services.caddy?.ports?.filter(({ target }) => target === 8000)
    assert.deepEqual(
      inner?.map(({ host_ip }) => host_ip),
      ['127.0.0.1'],
    )
  })

  test('PostgreSQL and Redis are on networks that lead nowhere', () => {
    for (const name of ['postgres', 'redis'])
      for (const network of Object.keys(stack.services[name]?.networks ?? { none: null }))
        assert.equal(stack.networks[network]?.internal, true, `${name} is on ${network}`)
  })

  test('no secret is in the environment of any container', () => {
    for (const [name, { environment }] of each())
      assert.doesNotMatch(JSON.stringify(environment ?? {}), new RegExp(secret), name)
  })

  test('the product runs without privileges on a read-only root file system, twice in each colour', () => {
    assert.equal(product().length, 5)
    for (const [name, service] of product()) {
      assert.equal(service.read_only, true, name)
      assert.deepEqual(service.cap_drop, ['ALL'], name)
      assert.equal(service.container_name, undefined, name)
      if (name !== 'operator') assert.equal(service.deploy?.replicas, 2, name)
    }
  })

  test('every log is bounded', () => {
    for (const [name, { logging }] of each()) {
      assert.equal(logging.driver, 'json-file', name)
      assert.ok(logging.options['max-size'] && logging.options['max-file'], name)
    }
  })

  test('whoever is told to stop has longer than it takes by its own settings', () => {
    for (const [name, { environment, stop_grace_period }] of product()) {
      if (name === 'operator') continue
      const needed = Number(environment?.SHUTDOWN_DELAY_SECONDS) + Number(environment?.SHUTDOWN_TIMEOUT_SECONDS)
      assert.ok(seconds(stop_grace_period) > needed, `${name}: ${stop_grace_period} for ${needed} s`)
    }
  })

  test('images have exact tags', () => {
    for (const [name, { image }] of each()) assert.match(image, /:(?!latest$)[\w.-]+$/, name)
  })
})

test('shellcheck finds nothing in the deploy', async () => {
  const { code, stdout } = await run('shellcheck', ['-ax', 'scripts/deploy_azure_vm.sh']).catch((error) => {
    throw new Error(`shellcheck is needed, a package of every distribution: ${error.message}`)
  })
  assert.equal(code, 0, stdout)
})

test('the stack of development is one that Compose understands', async () => {
  const { services } = JSON.parse(
    await docker(['compose', '--file', join(root, 'docker-compose.yml'), 'config', '--format', 'json']),
  )
  assert.deepEqual(Object.keys(services).sort(), ['api', 'caddy', 'migrate', 'postgres', 'redis', 'worker'])
})

/** 1m15s is 75. */
function seconds(duration: string): number {
  const [, minutes = 0, rest = 0] = /^(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration) ?? []
  return Number(minutes) * 60 + Number(rest)
}
