import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { freePort } from '#support/free-port.ts'
import { bridgeAddress, buildImage, docker, root, run } from './docker.ts'
import { ask } from './edge.ts'
import { createSite, type Site } from './site.ts'

const patient = { timeoutMs: 120_000, everyMs: 500 }

describe('the stack of development', { timeout: 600_000 }, () => {
  const project = `lms-test-development-${process.pid}`
  let ports: { readonly api: number; readonly proxy: number }

  function compose(...args: string[]) {
    return docker(['compose', '--project-name', project, '--file', join(root, 'docker-compose.yml'), ...args], {
      environment: { API_PORT: String(ports.api), PROXY_PORT: String(ports.proxy) },
      timeoutSeconds: 300,
    })
  }

  before(
    async () => {
      ports = { api: await freePort(), proxy: await freePort() }
      await buildImage('lms-backend:development', 'development')
      await compose('up', '--detach', '--no-build')
    },
    { timeout: 600_000 },
  )
  after(() => compose('down', '--volumes', '--timeout', '5'), { timeout: 120_000 })

  test('it migrates by itself and is ready, through the proxy and past it', async () => {
    for (const port of [ports.api, ports.proxy])
      await eventually(async () => {
        const { status } = await ask({ port, path: '/api/v1/health', isSecure: false, name: 'localhost' })
        assert.equal(status, 200)
      }, patient)
    const ready = await ask({ port: ports.api, path: '/api/v1/ready', isSecure: false, name: 'localhost' })
    assert.match(ready.body.toString(), /"status":"ready"/)
  })

  test('what the API enqueues, the worker does', async () => {
    const body = JSON.stringify({
      email: 'new@example.org',
      password: 'a-long-pass-phrase',
      fullName: 'Newly Registered',
    })
    const registered = await ask({
      ...{ port: ports.proxy, path: '/api/v1/auth/register', method: 'POST', isSecure: false, name: 'localhost' },
      headers: { 'content-type': 'application/json' },
      body,
    })
    assert.ok(registered.status < 300, `${registered.status} ${registered.body}`)
    const mails = ['exec', '-T', 'worker', 'node', '-e', "console.log(require('fs').readdirSync('/data/mail').length)"]
    await eventually(async () => assert.equal(await compose(...mails), '1'), patient)
  })
})

describe('staging beside production on one machine', { timeout: 900_000 }, () => {
  const name = 'staging.lms.localhost'
  let production: Site
  let staging: Site
  const ofStaging = (path: string) => ask({ port: production.httpsPort, path, name })

  before(
    async () => {
      const port = await freePort()
      production = await createSite('production')
      staging = await createSite('staging', {
        ENVIRONMENT: 'staging',
        APP_DOMAIN: name,
        TRUSTED_HOSTS: name,
        CADDYFILE: 'Caddyfile.behind-proxy',
        HTTP_PUBLISH: `${await bridgeAddress()}:${port}`,
        EDGE_TRUSTED_PROXIES: '172.16.0.0/12',
        LETSENCRYPT_EMAIL: '',
      })
      for (const [site, release] of [
        [production, 'production-1'],
        [staging, 'staging-1'],
      ] as const) {
        const { code, stdout, stderr } = await site.deploy(['--release', release])
        assert.equal(code, 0, stdout + stderr)
      }
      const sites = join(production.appDirectory, 'ops/caddy/sites')
      const example = await readFile(join(sites, 'staging.caddy.example'), 'utf8')
      const own = example.replace('staging.lms.example.org', name).replace(':8080', `:${port}`)
      await writeFile(join(sites, 'staging.caddy'), own)
      await production.compose('exec', '-T', 'caddy', 'caddy', 'reload', '--config', '/etc/caddy/Caddyfile')
    },
    { timeout: 800_000 },
  )
  after(
    async () => {
      await staging?.remove()
      await production?.remove()
    },
    { timeout: 240_000 },
  )

  test('each name leads to its own release, with TLS by the one proxy', async () => {
    const [health, ofProduction] = await eventually(
      () => Promise.all([ofStaging('/api/v1/health'), ask({ port: production.httpsPort, path: '/api/v1/health' })]),
      patient,
    )
    assert.match(health.body.toString(), /"release":"staging-1"/)
    assert.match(ofProduction.body.toString(), /"release":"production-1"/)
    assert.equal(health.headers['x-robots-tag'], 'noindex')
    assert.equal((await ofStaging('/metrics')).status, 404)
  })

  test('a deploy of staging leaves production alone, and keeps its own site', async () => {
    const running = () => docker(['ps', '--quiet', '--no-trunc', '--filter', `name=${production.project}-`])
    const before = await running()
    const { code, stdout, stderr } = await staging.deploy(['--release', 'staging-2'])
    assert.equal(code, 0, stdout + stderr)
    assert.equal(await running(), before)
    assert.match((await ofStaging('/api/v1/health')).body.toString(), /"release":"staging-2"/)
    assert.equal(await production.servingRelease(), 'production-1')
  })

  test('a deploy of production keeps the file that leads to staging', async () => {
    const { code, stdout, stderr } = await production.deploy(['--release', 'production-2'])
    assert.equal(code, 0, stdout + stderr)
    assert.match((await ofStaging('/api/v1/health')).body.toString(), /"release":"staging-2"/)
    const settings = await run('docker', ['inspect', '--format', '{{.Config.Env}}', `${staging.project}-api-blue-1`])
    assert.match(settings.stdout, /ENVIRONMENT=staging/)
  })
})
