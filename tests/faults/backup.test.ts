import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, globSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { createEmptyPostgres, dropPostgres } from '#support/postgres-database.ts'
import { type ProductProcess, startProduct } from '#support/product-process.ts'
import { postgresUrl } from '#support/test-database.ts'

const root = join(import.meta.dirname, '../..')
const secretKey = 'a-secret-key-for-backup-tests-0123456789'
const student = { email: 'student@example.org', password: 'demo-password-2026' }

for (const database of ['SQLite', 'PostgreSQL'] as const) {
  describe(`a backup on ${database}`, () => {
    const scratch = mkdtempSync(join(tmpdir(), 'lms-backup-'))
    const key = /BACKUP_KEY=(\S+)/.exec(run(['backup', 'new-key'], {}).output)?.[1] ?? ''
    const settings = {
      SECRET_KEY: secretKey,
      BACKUP_KEY: key,
      BACKUP_DIRECTORY: join(scratch, 'backups'),
      BACKUP_METRICS_FILE: join(scratch, 'lms_backup.prom'),
    }
    let name = ''
    after(() => rmSync(scratch, { recursive: true, force: true }))

    test('holds what was acknowledged before it, files included, after everything else is lost', async () => {
      const before = await place('before')
      run(['seed-demo'], before)
      const product = await startProduct({ role: 'serve', settings: before })
      const courseId = await makeCourse(product)
      const fileId = await upload(product, 'A text that is not lost.')
      const made = run(['backup'], before)
      assert.match(made.output, /^Made lms-\S+: \d+ rows, 2 files/)
      name = /lms-\S+\.age/.exec(made.output)?.[0] ?? ''
      await product.kill()
      await product.stop()
      await lose(before)

      const after = await place('after')
      const restored = run(['restore', 'latest'], after)
      assert.equal(restored.code, 0, restored.output)
      const again = await startProduct({ role: 'serve', settings: after })
      try {
        await readsCourse(again, courseId)
        assert.equal(await contentOf(again, fileId), 'A text that is not lost.')
      } finally {
        await again.stop()
      }
    })

    test('is restored on trial and compared, and says so in its metrics', async () => {
      const verified = run(['backup', 'verify'], await place('before'))
      assert.equal(verified.code, 0, verified.output)
      assert.match(verified.output, /is good: restored on trial, \d\d tables compared/)
      const metrics = readFileSync(settings.BACKUP_METRICS_FILE, 'utf8')
      assert.match(metrics, /^lms_backup_last_success_timestamp_seconds \d{10}/m)
      assert.match(metrics, /^lms_backup_last_verified_restore_timestamp_seconds \d{10}/m)
      assert.match(run(['backup', 'list'], await place('before')).output, /restored on trial 20/)
    })

    test('is made and restored on trial by the schedule, which stops when it is told to', async () => {
      const fresh = { ...(await place('scheduled')), BACKUP_DIRECTORY: join(scratch, 'scheduled-backups') }
      run(['migrate'], fresh)
      const schedule = spawn(process.execPath, ['src/main.ts', 'backup', 'schedule'], {
        cwd: root,
        env: { PATH: process.env.PATH, LOG_LEVEL: 'error', ...fresh },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const output = schedule.stdout.setEncoding('utf8')[Symbol.asyncIterator]()
      let said = ''
      while (!/is good: restored on trial/.test(said)) said += (await output.next()).value
      assert.match(said, /^Made lms-/)
      schedule.kill('SIGTERM')
      const [code] = await once(schedule, 'exit')
      assert.equal(code, 0)
    })

    test('does not overwrite what is there, unless told; then the former state is kept', async () => {
      const target = await place('after')
      const refused = run(['restore', name], target)
      assert.equal(refused.code, 1)
      assert.match(refused.output, /The database is not empty\..*--replace/)
      const dry = run(['restore', name, '--dry-run', '--replace'], target)
      assert.match(dry.output, /would be restored in the place of the present database\. Nothing was changed/)
      const replaced = run(['restore', name, '--replace'], target)
      assert.equal(replaced.code, 0, replaced.output)
      assert.match(replaced.output, /The former state was kept/)
    })

    test('is refused when it was cut, emptied or changed anywhere, and nothing is restored', async () => {
      const [file = ''] = globSync(join(settings.BACKUP_DIRECTORY, 'objects/**', name))
      const whole = readFileSync(file)
      const target = await place('never')
      const damages: Record<string, () => void> = {
        empty: () => truncateSync(file, 0),
        cut: () => truncateSync(file, whole.length - 1000),
        'cut at a chunk': () => truncateSync(file, 65_536 + 232),
        changed: () => writeFileSync(file, changed(whole, Math.floor(whole.length / 2))),
        'changed at its end': () => writeFileSync(file, changed(whole, whole.length - 1)),
        longer: () => appendFileSync(file, 'x'),
      }
      for (const [damage, harm] of Object.entries(damages)) {
        writeFileSync(file, whole)
        harm()
        const { code, output } = run(['restore', name], target)
        assert.equal(code, 1, `${damage}: ${output}`)
        assert.match(output, /was not restored: It cannot be read/, damage)
        assert.doesNotMatch(output, /\n\s+at /, `${damage}: no stack`)
      }
      writeFileSync(file, whole)
    })

    test('tells of a wrong key, and of one that is missing', async () => {
      const other = /BACKUP_KEY=(\S+)/.exec(run(['backup', 'new-key'], {}).output)?.[1] ?? ''
      const wrong = run(['backup', 'verify', name], { ...(await place('before')), BACKUP_KEY: other })
      assert.equal(wrong.code, 1)
      assert.match(wrong.output, /is NOT good.*BACKUP_KEY is not its key/)
      const missing = run(['backup'], { ...(await place('before')), BACKUP_KEY: '' })
      assert.equal(missing.code, 1)
      assert.match(missing.output, /BACKUP_KEY is not set\. Make one with/)
    })

    const databases = new Map<string, string>()

    /** Settings of a product with data and database of its own, by name. */
    async function place(which: string): Promise<Record<string, string>> {
      const common = { ...settings, DATA_DIR: join(scratch, which) }
      if (database === 'SQLite') return { ...common, DATABASE_URL: `sqlite:${join(scratch, which, 'lms.db')}` }
      if (!databases.has(which)) databases.set(which, (await createEmptyPostgres(serverUrl(), 'backup')).url)
      return { ...common, DATABASE_URL: databases.get(which) ?? '' }
    }

    async function lose({ DATA_DIR = '', DATABASE_URL = '' }: Record<string, string>): Promise<void> {
      rmSync(DATA_DIR, { recursive: true })
      if (database === 'PostgreSQL') await dropPostgres(serverUrl(), new URL(DATABASE_URL).pathname.slice(1))
      databases.delete('before')
    }
  })
}

function run(args: string[], settings: Record<string, string>): { code: number | null; output: string } {
  const done = spawnSync(process.execPath, ['src/main.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, DATA_DIR: join(tmpdir(), 'lms-backup-none'), LOG_LEVEL: 'error', ...settings },
  })
  return { code: done.status, output: done.stdout + done.stderr }
}

async function call(
  product: ProductProcess,
  path: string,
  init: RequestInit & { token?: string } = {},
): Promise<Response> {
  return await fetch(`${product.url}/api/v1${path}`, {
    ...init,
    headers: {
      ...(typeof init.body === 'string' && { 'content-type': 'application/json' }),
      ...(init.token && { authorization: `Bearer ${init.token}` }),
    },
  })
}

async function logIn(product: ProductProcess, who = student): Promise<string> {
  const response = await call(product, '/auth/login', { method: 'POST', body: JSON.stringify(who) })
  assert.equal(response.status, 200)
  return ((await response.json()) as { accessToken: string }).accessToken
}

const administrator = { ...student, email: 'admin@example.org' }

async function makeCourse(product: ProductProcess): Promise<string> {
  const token = await logIn(product, administrator)
  const body = JSON.stringify({ title: 'Made just before the backup', summary: 'Nothing of it is lost.' })
  const response = await call(product, '/courses', { method: 'POST', body, token })
  assert.equal(response.status, 201)
  return ((await response.json()) as { id: string }).id
}

async function readsCourse(product: ProductProcess, courseId: string): Promise<void> {
  const response = await call(product, `/courses/${courseId}`, { token: await logIn(product, administrator) })
  assert.equal(response.status, 200, 'what was acknowledged before the backup is there')
}

async function upload(product: ProductProcess, text: string): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([text], { type: 'text/plain' }), 'notes.txt')
  const token = await logIn(product, administrator)
  const response = await call(product, '/files', { method: 'POST', body: form, token })
  assert.equal(response.status, 201, await response.clone().text())
  return ((await response.json()) as { id: string }).id
}

async function contentOf(product: ProductProcess, fileId: string): Promise<string> {
  const response = await call(product, `/files/${fileId}/content`, { token: await logIn(product, administrator) })
  return await response.text()
}

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

function serverUrl(): string {
  assert.ok(postgresUrl, 'this test needs TEST_DATABASE_URL, as "npm test" gives it')
  return postgresUrl
}
