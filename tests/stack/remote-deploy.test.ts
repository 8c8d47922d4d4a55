import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { appendFile, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type SshServer, startSshServer } from '#support/ssh-server.ts'
import { runStepIn } from '../../ops/pipelines/planting.ts'
import { root, run } from './docker.ts'
import { domain } from './edge.ts'
import { createSite, type Site } from './site.ts'

/** The steps of the deploy workflow as they stand there, through a real sshd, with the real script and a real stack. */
describe('the deploy workflow', { timeout: 1_200_000 }, () => {
  const secretKey = randomBytes(32).toString('base64')
  let site: Site
  let server: SshServer
  let temporary: string
  let release: string

  before(async () => {
    server = await startSshServer()
    site = await createSite('remote', { SECRET_KEY: secretKey, DEPLOY_START_SECONDS: '180' })
    temporary = await mkdtemp(join(tmpdir(), 'lms-remote-'))
  })
  after(async () => {
    await site?.remove()
    await server?.stop()
    await rm(temporary, { recursive: true, force: true })
  })

  async function step(name: string, differing: NodeJS.ProcessEnv = {}) {
    const { PATH, HOME, ...variables } = site.environment
    const result = await runStepIn(root, `deploy-azure-vm/${name}`, {
      RUNNER_TEMP: temporary,
      DEPLOY_HOST: '127.0.0.1',
      DEPLOY_PORT: String(server.port),
      DEPLOY_USER: server.user,
      DEPLOY_KEY: server.clientKey,
      DEPLOY_KNOWN_HOSTS: server.knownHost,
      DEPLOY_VARIABLES: Object.keys(variables).join(' '),
      ...variables,
      ...differing,
    })
    // What it did by sudo belongs to root, and must be read and removed here.
    const user = process.getuid?.() ?? 0
    if (user !== 0) await run('sudo', ['chown', '--recursive', String(user), site.appDirectory])
    return result
  }
  const send = (differing?: NodeJS.ProcessEnv) => step('deploy: Send it and run its deploy script', differing)

  test('brings the archive of the commit to a serving release, and shows no secret', async () => {
    const packed = await step('archive: Pack what git knows, without its history')
    assert.equal(packed.exitCode, 0, packed.output)
    release = basename(packed.output.trim(), '.tar.gz')
    const { exitCode, output } = await send()
    assert.equal(exitCode, 0, output)
    assert.equal(await site.servingRelease(), release)
    assert.ok(!output.includes(secretKey))
    assert.match(await readFile(join(site.appDirectory, '.env'), 'utf8'), /^SECRET_KEY=/m)
  })

  test('finds the release from outside, by HTTPS with a certificate that is checked', async () => {
    const authority = join(temporary, 'authority.crt')
    const path = '/data/caddy/pki/authorities/local/root.crt'
    const { stdout } = await run('docker', ['exec', `${site.project}-caddy-1`, 'cat', path])
    await writeFile(authority, stdout)
    const { exitCode, output } = await step('deploy: The release answers from outside', {
      APP_DOMAIN: `${domain}:${site.httpsPort}`,
      CURL_CA_BUNDLE: authority,
    })
    assert.equal(exitCode, 0, output)
  })

  test('refuses another host key and a tampered archive, and the release serves on', async () => {
    const folders = await readdir(join(site.appDirectory, 'releases'))
    const wrongHost = await send({ DEPLOY_KNOWN_HOSTS: server.otherKnownHost })
    assert.notEqual(wrongHost.exitCode, 0)
    assert.match(wrongHost.output, /Host key verification failed/)
    const changed = await copyOfArchive('tampered')
    await appendFile(join(changed, 'release/tampered.tar.gz'), 'x')
    const tampered = await send({ RUNNER_TEMP: changed })
    assert.equal(tampered.exitCode, 3, tampered.output)
    assert.match(tampered.output, /its checksum is wrong\. Nothing was changed/)
    assert.equal(await site.servingRelease(), release)
    assert.deepEqual(await readdir(join(site.appDirectory, 'releases')), folders)
  })

  test('goes back from the next release to this one', async () => {
    const next = await send({ RUNNER_TEMP: await copyOfArchive('next') })
    assert.equal(next.exitCode, 0, next.output)
    assert.equal(await site.servingRelease(), 'next')
    const back = await step('rollback: Go back')
    assert.equal(back.exitCode, 0, back.output)
    assert.equal(await site.servingRelease(), release)
  })

  /** A runner's folder with the same archive under another name. */
  async function copyOfArchive(name: string): Promise<string> {
    const folder = join(temporary, name)
    await mkdir(join(folder, 'release'), { recursive: true })
    const archive = join(temporary, 'release', `${release}.tar.gz`)
    await copyFile(archive, join(folder, 'release', `${name}.tar.gz`))
    await copyFile(`${archive}.sha256`, join(folder, 'release', `${name}.tar.gz.sha256`))
    return folder
  }
})
