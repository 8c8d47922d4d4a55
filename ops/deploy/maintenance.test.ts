import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { eventually } from '#support/eventually.ts'
import { type ProductProcess, startProduct } from '#support/product-process.ts'

const root = join(import.meta.dirname, '../..')

/** Calls functions of the deploy for `product`, which stands behind no proxy. */
async function deployStep(t: TestContext, product: ProductProcess, calls: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'lms-deploy-'))
  t.after(() => rmSync(directory, { recursive: true }))
  writeFileSync(join(directory, '.env'), `APP_DOMAIN=localhost\nVM_PORT=${new URL(product.url).port}\n`)
  const files = ['messages', 'env-file', 'edge', 'steps'].map((name) => `. ops/deploy/${name}.sh`)
  const script = ['set -euo pipefail', ...files, 'release=1.0.0 colour=blue old_colour=', calls].join('\n')
  const env = { PATH: process.env.PATH, APP_DIR: directory, ENV_FILE: join(directory, '.env'), STATE_DIR: directory }
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: root, env })
  return stdout
}

test('under maintenance a release that refuses as it should passes the check, and its refusals are not watched', async (t) => {
  const product = await startProduct({ role: 'serve', settings: { RELEASE: '1.0.0', LOG_LEVEL: 'silent' } })
  t.after(product.stop)
  assert.match(await deployStep(t, product, 'check_idle_colour'), /answers as it should/)
  const env = { PATH: process.env.PATH, DATA_DIR: product.dataDirectory }
  execFileSync(process.execPath, ['src/main.ts', 'maintenance', 'on'], { cwd: root, env })
  await eventually(async () => {
    const ready = await (await fetch(`${product.url}/api/v1/ready`)).json()
    assert.ok((ready as { maintenance: unknown }).maintenance)
  })
  assert.match(await deployStep(t, product, 'check_idle_colour'), /answers as it should/)
  assert.match(await deployStep(t, product, 'watch_edge_errors'), /under maintenance: .* nothing can be watched/)
})
