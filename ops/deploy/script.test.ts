import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'

const script = join(import.meta.dirname, '../../scripts/deploy_azure_vm.sh')

/** The deploy on a folder of its own, as far as it gets without Docker. */
function installation(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'lms-deploy-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const appDirectory = join(folder, 'app')
  function deploy(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const env = { PATH: process.env.PATH, HOME: folder, LC_ALL: 'C.UTF-8', APP_DIR: appDirectory, ...environment }
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', script, ...args], { encoding: 'utf8', env })
    return { code: status, stdout, stderr }
  }
  return { folder, appDirectory, deploy }
}

test('2 for an option that does not exist, and for a release whose name could be a path', (t) => {
  const { appDirectory, deploy } = installation(t)
  for (const args of [['--nonsense'], ['--release'], ['--release', '../elsewhere']]) {
    const { code, stderr } = deploy(args)
    assert.equal(code, 2, stderr)
    assert.match(stderr, /Try --help/)
  }
  assert.equal(existsSync(appDirectory), false)
})

test('3 for an archive without a checksum, or that is not the one that was built: nothing of it is unpacked', (t) => {
  const { folder, appDirectory, deploy } = installation(t)
  const archive = join(folder, 'release.tar.gz')
  mkdirSync(join(folder, 'scripts'))
  writeFileSync(join(folder, 'scripts/deploy_azure_vm.sh'), `touch ${join(folder, 'it-ran')}`, { mode: 0o755 })
  execFileSync('tar', ['-czf', archive, '-C', folder, 'scripts'])
  const without = deploy(['--archive', archive])
  assert.equal(without.code, 3)
  assert.match(without.stderr, /no checksum/)
  writeFileSync(`${archive}.sha256`, `${'0'.repeat(64)}  release.tar.gz\n`)
  const wrong = deploy(['--archive', archive])
  assert.equal(wrong.code, 3)
  assert.match(wrong.stderr, /its checksum is wrong[\s\S]*expected 0{64}[\s\S]*Nothing was changed/)
  assert.equal(existsSync(appDirectory), false)
  assert.equal(existsSync(join(folder, 'it-ran')), false)
})

test('3 at the first run, which makes .env for its owner alone and names everything that is missing', (t) => {
  const { appDirectory, deploy } = installation(t)
  const { code, stderr } = deploy(['--release', 'first'], { SMTP_HOST: 'smtp.example.org' })
  assert.equal(code, 3, stderr)
  assert.match(stderr, /4 settings are missing: APP_DOMAIN FRONTEND_BASE_URL MAIL_FROM LETSENCRYPT_EMAIL/)
  assert.equal(statSync(join(appDirectory, '.env')).mode & 0o777, 0o600)
  assert.match(readFileSync(join(appDirectory, '.env'), 'utf8'), /^APP_DOMAIN=$/m)
})

test('4 while another deploy runs, and who holds the lock is told; a holder that was killed holds nothing', async (t) => {
  const { appDirectory, deploy } = installation(t)
  mkdirSync(join(appDirectory, 'state'), { recursive: true })
  const lock = join(appDirectory, 'state/lock')
  const holder = spawn('flock', [lock, 'sh', '-c', 'echo held; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  t.after(() => {
    if (holder.exitCode === null && holder.signalCode === null) process.kill(-Number(holder.pid), 'SIGKILL')
  })
  await once(holder.stdout, 'data')
  writeFileSync(`${lock}.holder`, `what=deploy\\ of\\ r7\nby=ada@machine\nat=2026-01-02T03:04:05Z\npid=${holder.pid}\n`)
  const refused = deploy(['--release', 'r8'])
  assert.equal(refused.code, 4, refused.stderr)
  assert.match(
    refused.stderr,
    new RegExp(`It is the deploy of r7 by ada@machine since 2026-01-02T03:04:05Z \\(process ${holder.pid}\\)`),
  )
  process.kill(-Number(holder.pid), 'SIGKILL')
  await once(holder, 'close')
  assert.equal(deploy(['--release', 'r8']).code, 3)
})
