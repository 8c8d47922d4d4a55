import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type DeployOptions, deployTimed } from './deploying.ts'
import { countFailed, failuresOf } from './load/figures.ts'
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
import { everyoneGotOne, invite, type SlowMails, startSlowMails } from './slow-mails.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'

const requestsPerSecond = Number(process.env.STACK_REQUESTS_PER_SECOND ?? 300)

describe('a deploy under load', { timeout: 900_000 }, () => {
  let disk: SmallDisk
  let mails: SlowMails
  let site: Site
  let load: Load
  let administrator: string
  let proxyBefore: string
  const changes: Changed[] = []

  before(
    async () => {
      disk = await mountSmallDisk(800)
      mails = await startSlowMails()
      const settings = { ...mails.settings, DEPLOY_START_SECONDS: '180', DEPLOY_MIN_DISK_MB: '200' }
      site = await createSite('deploy', settings, disk.folder)
      const first = await site.deploy(['--release', 'first'])
      assert.equal(first.code, 0, first.stdout + first.stderr)
      proxyBefore = await startOf(`${site.project}-caddy-1`)
      const tokens = await site.seed()
      administrator = tokens.administrator
      load = await startLoad({ httpsPort: site.httpsPort, requestsPerSecond, accessToken: tokens.instructor })
    },
    { timeout: 600_000 },
  )
  after(async () => {
    await load?.stop()
    await site?.remove()
    await mails?.close()
    await disk?.remove()
  })

  async function change(name: string, args: readonly string[], options?: DeployOptions) {
    const result = await deployTimed(site, args, options)
    changes.push({ name, ...result })
    assert.equal(result.code, 0, result.stdout + result.stderr)
    return result
  }

  /** The change fails with this code and says why; the release before serves on, and nobody noticed. */
  async function failsUnderLoad(code: number, message: RegExp, options: DeployOptions & { change?: Change } = {}) {
    const [serving, colour] = [await site.servingRelease(), await site.liveColour()]
    const faulty = options.change && (await makeRelease(options.change))
    try {
      const result = await deployTimed(site, ['--release', 'faulty'], { ...options, from: faulty?.folder })
      assert.equal(result.code, code, result.stdout + result.stderr)
      assert.match(result.stderr, message)
    } finally {
      await faulty?.remove()
    }
    assert.equal(await site.servingRelease(), serving)
    assert.equal(await site.liveColour(), colour)
  }

  test('a deploy', async () => {
    await change('deploy of second', ['--release', 'second'])
    assert.equal(await site.servingRelease(), 'second')
  })

  test('a deploy while jobs run: the old workers finish theirs, none is lost, and none runs twice', async () => {
    let invited: Promise<string[]> | undefined
    let underWay = 0
    await change('deploy of third', ['--release', 'third'], {
      onStep(name) {
        if (name === 'check') invited = invite(site.vmPort, administrator, 150)
        if (name === 'retire') underWay = mails.underWay()
      },
    })
    assert.ok(invited && underWay > 0, 'jobs ran when the old workers were told to stop')
    await everyoneGotOne(mails, await invited)
  })

  test('a deploy while another one runs is refused at once, and told who holds the lock', async () => {
    let second: Promise<void> | undefined
    async function tryAnother() {
      const startedAt = performance.now()
      const { code, stderr } = await site.deploy(['--release', 'other'])
      assert.equal(code, 4)
      assert.match(stderr, /another one runs[\s\S]*It is the deploy of fourth by .*@.* \(process \d+\)/)
      assert.ok(performance.now() - startedAt < 10_000, 'it does not wait for the first')
    }
    await change('deploy of fourth', ['--release', 'fourth'], {
      onStep(name) {
        if (name === 'build') second = tryAnother()
      },
    })
    await second
    assert.equal(await site.servingRelease(), 'fourth')
  })

  test('the way back to the release that served before', async () => {
    await change('rollback', ['--rollback'])
    assert.equal(await site.servingRelease(), 'third')
  })

  test('a broken image is found before anything is touched', () =>
    failsUnderLoad(1, /FAILED at step build: The image .* is broken[\s\S]*Release third \(\w+\) serves on/, {
      change: brokenImage,
    }))

  test('a failing migration leaves the database and the old release as they were', async () => {
    await failsUnderLoad(1, /9999-fail[\s\S]*FAILED at step migrate/, { change: failingMigration })
    const leftOver = await site.compose(
      ...['exec', '-T', 'postgres', 'psql', '-U', 'lms', '-Atc', "select to_regclass('half_done')"],
    )
    assert.equal(leftOver, '')
  })

  test('a release that is never ready gets no request', () =>
    failsUnderLoad(1, /FAILED at step start: Release faulty does not become ready[\s\S]*serves on/, {
      change: failingReadiness,
      environment: { DEPLOY_START_SECONDS: '12' },
    }))

  test('a full disk is refused before anything is touched', async () => {
    await disk.fill(50)
    try {
      await failsUnderLoad(3, /The disk of .* has \d+ MB free; 200 MB are needed/)
    } finally {
      await disk.empty()
    }
  })

  test('a disk that becomes full in the middle stops the deploy, and .env is whole', async () => {
    const settings = await readFile(join(site.appDirectory, '.env'), 'utf8')
    // Nearly full before, so that the rest is taken in a moment.
    await disk.fill(30)
    try {
      await failsUnderLoad(1, /No space left on device[\s\S]*cannot be written[\s\S]*FAILED at step switch/, {
        environment: { DEPLOY_MIN_DISK_MB: '1' },
        onStep: (name) => name === 'check' && void disk.fill(0),
      })
    } finally {
      await disk.empty()
    }
    const variables = (text: string) => text.replace(/^(BLUE|GREEN)_IMAGE=.*$/gm, '')
    assert.equal(variables(await readFile(join(site.appDirectory, '.env'), 'utf8')), variables(settings))
  })

  // How long things take is judged by prove:deploys, on a machine that does nothing else; here it is only told.
  test('not one request was lost in all of this, and the proxy ran through', async (t) => {
    await load.stop()
    const isProxyTheSame = (await startOf(`${site.project}-caddy-1`)) === proxyBefore
    const { report } = await judge(changes, load.samples, requestsPerSecond, isProxyTheSame)
    t.diagnostic(report)
    assert.equal(countFailed(load.samples), 0, failuresOf(load.samples).join('\n'))
    assert.ok(load.samples.length > 1000, `${load.samples.length} requests`)
    assert.equal(isProxyTheSame, true, 'Caddy was never restarted')
  })

  test('a release that makes errors after the switch is taken back', async () => {
    const asking = setInterval(
      () => void fetch(`http://127.0.0.1:${site.vmPort}/api/v1/courses?q=x`).catch(() => {}),
      50,
    )
    try {
      await failsUnderLoad(5, /requests were answered with 5xx since the switch/, {
        change: failingForUsers,
        environment: { SOAK_SECONDS: '20' },
      })
    } finally {
      clearInterval(asking)
    }
  })
})
