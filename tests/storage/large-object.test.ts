import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { startAzurite } from '#support/azurite-server.ts'

const objectBytes = 200 * 1024 * 1024
const limitMebibytes = 60

interface Measurement {
  readonly keptBytes: number
  readonly readBytes: number
  readonly keptHash: string
  readonly readHash: string
  readonly growthMebibytes: number
}

async function measure(kind: 'disk' | 'azure', target: string): Promise<Measurement> {
  const script = join(import.meta.dirname, 'large-object-process.ts')
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, kind, target])
  return JSON.parse(stdout)
}

function assertFlat(result: Measurement): void {
  assert.equal(result.keptBytes, objectBytes)
  assert.equal(result.readBytes, objectBytes)
  assert.equal(result.keptHash, result.readHash)
  assert.ok(result.growthMebibytes < limitMebibytes, `memory grew by ${result.growthMebibytes} MiB`)
}

describe('an object of 200 MiB passes through in less than 60 MiB of memory', () => {
  test('on disk', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'large-object-'))
    t.after(() => rm(directory, { recursive: true, force: true }))
    assertFlat(await measure('disk', directory))
  })

  test('in Azure Blob storage', async (t) => {
    const azurite = await startAzurite()
    t.after(() => azurite.stop())
    assertFlat(await measure('azure', azurite.connectionString))
  })
})
