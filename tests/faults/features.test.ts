import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freePort } from '#support/free-port.ts'
import { startProduct } from '#support/product-process.ts'

/** An account of nobody, at a port where nothing listens. */
async function unreachable(): Promise<string> {
  const key = Buffer.alloc(32, 1).toString('base64')
  return `AccountName=nobody;AccountKey=${key};BlobEndpoint=http://127.0.0.1:${await freePort()}/nobody;`
}

const storageSettings = async () => [
  { STORAGE: 'azure', AZURE_STORAGE_CONNECTION_STRING: 'this is no connection string' },
  { STORAGE: 'azure', AZURE_STORAGE_CONNECTION_STRING: await unreachable(), STORAGE_TIMEOUT_SECONDS: '1' },
]

describe('a product whose storage cannot be used', () => {
  test('does not start when STRICT_ROUTER_IMPORTS=true, and says why in one sentence', async () => {
    for (const settings of await storageSettings()) {
      const start = startProduct({ role: 'serve', settings: { ...settings, STRICT_ROUTER_IMPORTS: 'true' } })
      await assert.rejects(start, ({ message }: Error) => {
        assert.match(message, /ended \(exit code 1\)/)
        assert.match(
          message,
          /^The feature “files” cannot be set up, .+: .*(AZURE_STORAGE_CONNECTION_STRING|blob storage)/m,
        )
        assert.doesNotMatch(message, /\n\s+at /, 'no stack')
        assert.doesNotMatch(message, /AccountKey=/, 'no secret')
        return true
      })
    }
  })

  test('starts without files when STRICT_ROUTER_IMPORTS=false, and /ready says so', async (t) => {
    for (const settings of await storageSettings()) {
      const product = await startProduct({ role: 'serve', settings: { ...settings, STRICT_ROUTER_IMPORTS: 'false' } })
      t.after(() => product.stop())
      const ready = await fetch(`${product.url}/api/v1/ready`)
      assert.equal(ready.status, 200)
      assert.deepEqual(((await ready.json()) as { leftOut: string[] }).leftOut, ['files'])
      const files = await fetch(`${product.url}/api/v1/files/01900000-0000-7000-8000-000000000000`)
      assert.equal(files.status, 404)
      assert.equal(((await files.json()) as { type: string }).type, '/problems/request/no-such-address')
      assert.match(product.output(), /a feature cannot be set up and is left out/)
      assert.doesNotMatch(product.output(), /AccountKey=/)
      await product.stop()
    }
  })
})
