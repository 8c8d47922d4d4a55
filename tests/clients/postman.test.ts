import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { startProduct } from '#support/product-process.ts'

// newman brings no types of its own.
interface Summary {
  readonly run: {
    readonly stats: { readonly requests: { readonly total: number; readonly failed: number } }
    readonly executions: readonly {
      readonly item: { readonly name: string }
      readonly response?: { readonly code: number }
    }[]
    readonly failures: readonly {
      readonly source?: { readonly name: string }
      readonly error: { readonly message: string }
    }[]
  }
}
interface Newman {
  run(options: Record<string, unknown>, done: (error: Error | null, summary: Summary) => void): void
}
const newman = createRequire(import.meta.url)('newman') as Newman

const root = join(import.meta.dirname, '../..')
const administrator = { email: 'admin@example.org', password: 'demo-password-2026' }

test('the Postman collection runs from end to end, and every answer is one that the reference knows', async () => {
  const product = await startProduct({ role: 'serve', settings: { RATE_LIMIT_PER_MINUTE: '100000' } })
  try {
    fillWithDemo(product.dataDirectory)
    const { run } = await runCollection({ ...administrator, baseUrl: product.url })
    assert.deepEqual(
      run.failures.map(({ source, error }) => `${source?.name}: ${error.message}`),
      [],
    )
    assert.equal(run.stats.requests.failed, 0)
    const succeeded = run.executions.filter(({ response }) => response && response.code < 300)
    assert.ok(run.executions.length >= 100, `${run.executions.length} requests were sent`)
    const share = succeeded.length / run.executions.length
    assert.ok(share > 0.25, `only ${succeeded.length} of ${run.executions.length} requests found what they need`)
  } finally {
    await product.stop()
  }
})

/** The collection needs something to read. */
function fillWithDemo(dataDirectory: string): void {
  const env = { PATH: process.env.PATH, DATA_DIR: dataDirectory }
  execFileSync(process.execPath, ['src/main.ts', 'seed-demo'], { cwd: root, env })
}

function runCollection(values: Record<string, string>): Promise<Summary> {
  const environment = { values: Object.entries(values).map(([key, value]) => ({ key, value, enabled: true })) }
  const collection = join(root, 'postman/lms-backend.postman_collection.json')
  return new Promise((resolve, reject) => {
    newman.run({ collection, environment, timeoutRequest: 10_000 }, (error, summary) => {
      if (error) reject(error)
      else resolve(summary)
    })
  })
}
