import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { startScript } from '#support/product-process.ts'
import { buildImage, docker, run } from './docker.ts'

const image = 'lms-test-image:1'
const locked = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--network', 'none']

describe('the image', () => {
  const container = `lms-test-image-${process.pid}`
  before(() => buildImage(image, '1.2.3-test'), { timeout: 600_000 })
  after(async () => {
    await run('docker', ['rm', '--force', '--volumes', container])
    await run('docker', ['image', 'rm', image])
  })

  test('tells its version and revision, and is no root', async () => {
    const [inspected] = JSON.parse(await docker(['image', 'inspect', image]))
    assert.equal(inspected.Config.Labels['org.opencontainers.image.version'], '1.2.3-test')
    assert.equal(inspected.Config.Labels['org.opencontainers.image.revision'], '0123abc')
    assert.equal(inspected.Config.User, '1000:1000')
    assert.deepEqual(inspected.Config.Entrypoint, ['node', ...startScript().nodeFlags, '/app/src/main.ts'])
    assert.ok(inspected.Config.Env.includes('MALLOC_ARENA_MAX=1'))
  })

  test('holds no tests, no secrets and no development dependencies', async () => {
    const listing = await docker([
      'run',
      '--rm',
      '--entrypoint',
      'find',
      image,
      '/app',
      '-not',
      '-path',
      '*/node_modules/*/*',
    ])
    const files = listing.split('\n')
    assert.ok(files.includes('/app/src/main.ts'))
    assert.deepEqual(
      files.filter((path) =>
        /\.test\.ts$|\/\.env|\/\.git|\/tests$|node_modules\/(typescript|node|autocannon)$/.test(path),
      ),
      [],
    )
  })

  test('runs on a read-only root file system without any privilege: serves, is healthy, Node is PID 1', async () => {
    await docker(['run', '--detach', '--name', container, ...locked, '--tmpfs', '/tmp', image])
    await eventually(
      async () => assert.equal(await docker(['inspect', '--format', '{{.State.Health.Status}}', container]), 'healthy'),
      { timeoutMs: 60_000, everyMs: 500 },
    )
    assert.match(await docker(['exec', container, 'cat', '/proc/1/cmdline']), /^node\0/)
    const health = await docker([
      'exec',
      container,
      'node',
      '-e',
      "fetch('http://127.0.0.1:8000/api/v1/health').then(r => r.text()).then(console.log)",
    ])
    assert.equal(JSON.parse(health).release, '1.2.3-test')
  })

  test('stops in order at SIGTERM, with exit code 0', async () => {
    await docker(['stop', '--time', '20', container])
    assert.equal(await docker(['inspect', '--format', '{{.State.ExitCode}}', container]), '0')
  })

  for (const [command, expected] of [
    [['--help'], /Usage/],
    [['migrate', '--pending'], /^0001-create-identity\n0002-/],
    [['migrate'], /Applied: 0001/],
    [['config'], /RELEASE=1\.2\.3-test/],
    [['create-admin', '--help'], /Usage/],
    [['jobs', 'list', '--help'], /Usage/],
    [['openapi'], /"openapi": "3\.1/],
  ] as const) {
    test(`runs the command “${command.join(' ')}”`, async () => {
      assert.match(await docker(['run', '--rm', ...locked, '--tmpfs', '/tmp', image, ...command]), expected)
    })
  }

  test('work without Redis is refused in a sentence', async () => {
    const { code, stderr } = await run('docker', ['run', '--rm', ...locked, '--tmpfs', '/tmp', image, 'work'])
    assert.equal(code, 1)
    assert.match(stderr, /There is no work for workers/)
  })
})
