import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SchemaMigration } from '#platform/database/migrate.ts'
import { type Ailment, examinedAt, healthyPatient, keptBackup } from '#support/healthy-patient.ts'
import { examine } from '../doctor/examine.ts'
import { upgradeChecks } from './upgrade-checks.ts'

const pending = { database: { pending: ['0023-create-maintenance'] } }

async function look(id: string, ailment: Ailment = {}, serving: string | null = '1.2.3-abc') {
  const checks = upgradeChecks(async () => serving)
  const results = await examine(checks, healthyPatient(ailment), { timeoutMs: 1000, redact: (text) => text })
  const found = results.find((one) => one.id === id)
  assert.ok(found, id)
  return found
}

describe('upgrade-check', () => {
  test('with a product in good health every check is ok', async () => {
    const checks = upgradeChecks(async () => '1.2.3')
    const results = await examine(checks, healthyPatient(), { timeoutMs: 1000, redact: (text) => text })
    assert.deepEqual(
      results.filter(({ status }) => status !== 'ok'),
      [],
    )
    assert.ok(results.length >= 12)
  })

  test('variables of another release are named; those of compose files and of other programs are not', async () => {
    const environment = { SMTP_TLS: '1', BACKUP_S3_BUCKET: 'x', REDIS_MAXMEMORY: '1', SECRET_KEY_FILE: '/x', PATH: '' }
    const found = await look('upgrade.settings', { environment: { ...environment, NODE_VERSION: '24', HOSTNAME: 'x' } })
    assert.deepEqual([found.status, found.found], ['warn', 'BACKUP_S3_BUCKET, SMTP_TLS'])
  })

  test('a gap between releases and the way back are told, names without an order are not judged', async () => {
    const cases: [string | null, string, string, RegExp][] = [
      ['1.2.3', '1.3.0', 'ok', /1\.2\.3 serves, this is 1\.3\.0$/],
      ['1.2.3', '1.4.0', 'warn', /left out/],
      ['1.9.3', '3.0.0', 'warn', /left out/],
      ['1.3.0', '1.2.0', 'warn', /the way back/],
      ['4f2c1d0', '1.4.0', 'ok', /4f2c1d0 serves/],
      [null, '1.4.0', 'skipped', /nothing answers/],
    ]
    for (const [serving, RELEASE, status, told] of cases) {
      const result = await look('upgrade.release', { settings: { RELEASE } }, serving)
      assert.equal(result.status, status, `${serving} to ${RELEASE}`)
      assert.match(result.found, told)
    }
  })

  test('a pending migration is named and needs a good backup of today; without one the upgrade must not begin', async () => {
    const told = await look('upgrade.migrations', pending)
    assert.equal(told.status, 'ok')
    assert.match(told.found, /1 pending: 0023-create-maintenance; all only expand/)
    const day = new Date(examinedAt.getTime() - 30 * 3_600_000).toISOString()
    for (const backups of [[], [keptBackup(day, true)], [keptBackup(examinedAt.toISOString(), false)]]) {
      assert.equal((await look('upgrade.backup', { ...pending, backups })).status, 'fail')
      assert.equal((await look('upgrade.backup', { backups })).status, 'warn', 'nothing is pending')
    }
  })

  test('a pending migration that takes something from the present release must not begin', async () => {
    const taking: SchemaMigration = { name: '0099-take', statements: () => ['alter table course drop column title'] }
    const checks = upgradeChecks(async () => '1.2.3', [taking])
    const patient = healthyPatient({ database: { pending: [taking.name] } })
    const results = await examine(checks, patient, { timeoutMs: 1000, redact: (text) => text })
    const told = results.find(({ id }) => id === 'upgrade.migrations')
    assert.equal(told?.status, 'fail')
    assert.match(
      told?.found ?? '',
      /0099-take; “alter table course drop column title”: the release before still relies/,
    )
  })

  test('a disk without room for a backup, a newer schema, an old Node and a database that is away', async () => {
    assert.equal((await look('upgrade.disk', { file: { freeBytes: 1024 ** 3 } })).status, 'fail')
    assert.equal((await look('upgrade.newer-schema', { database: { unknown: ['0099-later'] } })).status, 'warn')
    assert.equal((await look('machine.node', { nodeVersion: '22.1.0' })).status, 'fail')
    assert.equal((await look('upgrade.migrations', { broken: ['database'] })).status, 'skipped')
  })
})
