import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

const DAY_MS = 86_400_000
const advisory = {
  id: 1,
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
  title: 'Prototype pollution',
  severity: 'high',
  vulnerable_versions: '<2.0.0',
}

describe('the audit of dependencies, by npm itself against a registry on this machine', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lms-audit-'))
  let registry: Server
  let advisories: Record<string, unknown[]> | null = {}

  before(async () => {
    const packages = {
      '': { name: 'planted', version: '1.0.0', dependencies: { 'left-part': '1.0.0' } },
      'node_modules/left-part': { version: '1.0.0', integrity: 'sha512-AAAA' },
    }
    writeFileSync(join(directory, 'package.json'), JSON.stringify(packages['']))
    writeFileSync(
      join(directory, 'package-lock.json'),
      JSON.stringify({ name: 'planted', version: '1.0.0', lockfileVersion: 3, requires: true, packages }),
    )
    registry = createServer((request, response) => {
      request.resume()
      request.on('end', () => {
        response.statusCode = advisories && request.method === 'POST' ? 200 : 405
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(request.method === 'POST' ? (advisories ?? {}) : {}))
      })
    })
    registry.listen(0, '127.0.0.1')
    await once(registry, 'listening')
  })
  after(() => {
    registry.close()
    rmSync(directory, { recursive: true })
  })

  test('passes when nothing is known', async () => {
    advisories = {}
    assert.deepEqual(await audit([]), {
      code: 0,
      output: 'No known vulnerability in the dependencies (0 exceptions).\n',
    })
  })

  test('fails on a known vulnerability, and names it', async () => {
    advisories = { 'left-part': [advisory] }
    const { code, output } = await audit([])
    assert.equal(code, 1)
    assert.match(output, /high: left-part <2\.0\.0: Prototype pollution \(.*GHSA-aaaa-bbbb-cccc\)/)
  })

  test('passes with an exception that has a reason and ends within 90 days', async () => {
    advisories = { 'left-part': [advisory] }
    assert.equal((await audit([exception({})])).code, 0)
  })

  test('fails on an exception that is expired, too long, without reason, or not needed any more', async () => {
    advisories = { 'left-part': [advisory] }
    assert.match((await audit([exception({ expires: dayIn(-1) })])).output, /expired on/)
    assert.match((await audit([exception({ expires: dayIn(100) })])).output, /lasts longer than 90 days/)
    assert.match((await audit([exception({ reason: ' ' })])).output, /gives no reason/)
    advisories = {}
    const { code, output } = await audit([exception({})])
    assert.equal(code, 1)
    assert.match(output, /not needed any more/)
  })

  test('does not pass when the registry answers no audits: nothing is known then', async () => {
    advisories = null
    const { code, output } = await audit([])
    assert.equal(code, 2)
    assert.match(output, /The registry said nothing/)
  })

  function audit(exceptions: unknown[]): Promise<{ code: number; output: string }> {
    const file = join(directory, 'exceptions.json')
    writeFileSync(file, JSON.stringify(exceptions))
    const { port } = registry.address() as AddressInfo
    const script = join(import.meta.dirname, 'dependency-audit.ts')
    const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${port}/`, npm_config_fetch_retries: '0' }
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [script, '--directory', directory, '--exceptions', file],
        { env },
        (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
      )
    })
  }
})

function exception(differing: Record<string, string>) {
  return {
    advisory: 'GHSA-aaaa-bbbb-cccc',
    package: 'left-part',
    reason: 'Only in a tool that never sees input of others.',
    expires: dayIn(30),
    ...differing,
  }
}

const dayIn = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)
