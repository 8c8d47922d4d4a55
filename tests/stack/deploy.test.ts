import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { deployKilledAt, deployTimed } from './deploying.ts'
import { failuresOf } from './load/figures.ts'
import { type Load, startLoad } from './load/load.ts'
import {
  brokenImage,
  type Change,
  failingForUsers,
  failingMigration,
  failingReadiness,
  makeRelease,
} from './releases.ts'
import { type Change as Changed, judge, startOf } from './report.ts'
import { createSite, type Site } from './site.ts'

const requestsPerSecond = Number(process.env.STACK_REQUESTS_PER_SECOND ?? 300)

describe('a deploy under load', { timeout: 1_500_000 }, () => {
  let site: Site
  let load: Load
  let proxyBefore: string
  const changes: Changed[] = []

  before(
    async () => {
      site = await createSite('deploy', { DEPLOY_START_SECONDS: '180' })
      const first = await site.deploy(['--release', 'first'])
      assert.equal(first.code, 0, first.stdout + first.stderr)
      proxyBefore = await startOf(`${site.project}-caddy-1`)
      load = await startLoad({ httpsPort: site.httpsPort, requestsPerSecond, accessToken: await site.seed() })
    },
    { timeout: 900_000 },
  )
  after(async () => {
    await load?.stop()
    await site?.remove()
  })

  async function refusedUnderLoad(change: Change, code: number, message: RegExp, environment = {}): Promise<void> {
    const [serving, colour] = [await site.servingRelease(), await site.liveColour()]
    const { folder, remove } = await makeRelease(change)
    try {
      const result = await site.deploy(['--release', 'faulty'], environment, folder)
      assert.equal(result.code, code, result.stdout + result.stderr)
      assert.match(result.stderr, message)
    } finally {
      await remove()
    }
    assert.equal(await site.servingRelease(), serving)
    assert.equal(await site.liveColour(), colour)
  }

  test('three deploys one after the other', async () => {
    for (const release of ['second', 'third', 'fourth']) {
      const result = await deployTimed(site, ['--release', release])
      assert.equal(result.code, 0, result.stdout + result.stderr)
      assert.equal(await site.servingRelease(), release)
      changes.push({ name: `deploy of ${release}`, ...result })
    }
  })

  test('the way back, within ten seconds to the first request on the old release', async () => {
    const result = await deployTimed(site, ['--rollback'])
    assert.equal(result.code, 0, result.stdout + result.stderr)
    assert.equal(await site.servingRelease(), 'third')
    changes.push({ name: 'rollback', ...result })
    assert.ok((result.secondsToSwitch ?? Number.POSITIVE_INFINITY) < 10, `${result.secondsToSwitch} s`)
  })

  test('a broken image is found before anything is touched', () =>
    refusedUnderLoad(
      brokenImage,
      1,
      /FAILED at step build: The image .* is broken[\s\S]*Release third \(blue\) serves on/,
    ))

  test('a failing migration leaves the database and the old release as they were', async () => {
    await refusedUnderLoad(
      failingMigration,
      1,
      /FAILED at step migrate: [\s\S]*9999-fail|9999-fail[\s\S]*FAILED at step migrate/,
    )
    const leftOver = await site.compose(
      ...['exec', '-T', 'postgres', 'psql', '-U', 'lms', '-Atc', "select to_regclass('half_done')"],
    )
    assert.equal(leftOver, '')
  })

  test('a release that is never ready gets no request', () =>
    refusedUnderLoad(
      failingReadiness,
      1,
      /FAILED at step start: Release faulty does not become ready[\s\S]*serves on/,
      {
        DEPLOY_START_SECONDS: '12',
      },
    ))

  test('a full disk is refused before anything is touched', async () => {
    const result = await site.deploy(['--release', 'faulty'], { DEPLOY_MIN_DISK_MB: '999999999' })
    assert.equal(result.code, 3)
    assert.match(result.stderr, /The disk of .* MB free; 999999999 MB are needed/)
  })

  test('not one request was lost in all of this, and none took long', async (t) => {
    await load.stop()
    const isProxyTheSame = (await startOf(`${site.project}-caddy-1`)) === proxyBefore
    const { report, addedMs } = await judge(changes, load.samples, requestsPerSecond, isProxyTheSame)
    t.diagnostic(report)
    assert.deepEqual(failuresOf(load.samples), [])
    assert.ok(load.samples.length > 1000, `${load.samples.length} requests`)
    assert.ok(addedMs < 250, `a switch adds ${addedMs} ms to p99`)
    assert.equal(isProxyTheSame, true, 'Caddy was never restarted')
  })

  test('a release that makes errors after the switch is taken back', async () => {
    const serving = await site.servingRelease()
    const { folder, remove } = await makeRelease(failingForUsers)
    const asking = setInterval(
      () => void fetch(`http://127.0.0.1:${site.vmPort}/api/v1/courses?q=x`).catch(() => {}),
      50,
    )
    try {
      const result = await site.deploy(['--release', 'errors'], { SOAK_SECONDS: '20' }, folder)
      assert.equal(result.code, 5, result.stdout + result.stderr)
      assert.match(result.stderr, /requests were answered with 5xx since the switch/)
      assert.match(result.stdout, /Taken back: release third/)
    } finally {
      clearInterval(asking)
      await remove()
    }
    assert.equal(await site.servingRelease(), serving)
  })

  test('a second deploy is refused at once, and told who holds the lock', async () => {
    const first = site.startDeploy(['--release', 'fifth'])
    await eventually(async () =>
      assert.match(await readFile(join(site.appDirectory, 'state/lock.holder'), 'utf8'), /fifth/),
    )
    const started = performance.now()
    const second = await site.deploy(['--release', 'sixth'])
    assert.equal(second.code, 4)
    assert.match(second.stderr, /another one runs[\s\S]*It is the deploy of fifth by .*@.* \(process \d+\)/)
    assert.ok(performance.now() - started < 3000)
    await new Promise((resolve) => first.on('close', resolve))
    assert.equal(await site.servingRelease(), 'fifth')
  })

  for (const step of [
    'build',
    'configure',
    'services',
    'backup',
    'start',
    'check',
    'switch',
    'soak',
    'retire',
    'finish',
  ]) {
    test(`killed at ${step}: the site serves, and the next deploy succeeds`, async () => {
      await deployKilledAt(site, step, ['--release', `killed-at-${step}`])
      assert.match(await site.servingRelease(), /./)
      const next = await eventually(
        async () => {
          const result = await site.deploy(['--release', `after-${step}`])
          // What the killed one had started may still run; the lock lasts as long.
          assert.notEqual(result.code, 4)
          return result
        },
        { timeoutMs: 120_000, everyMs: 500 },
      )
      assert.equal(next.code, 0, next.stdout + next.stderr)
      assert.equal(await site.servingRelease(), `after-${step}`)
    })
  }
})
