import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { exportPostgres, importPostgres } from '#platform/database/postgres-copy.ts'
import { administer, createEmptyPostgres, dropPostgres } from '#support/postgres-database.ts'
import { postgresUrl } from '#support/test-database.ts'

const schema = ['create table thing (id int primary key, text text)']

test('a copy of PostgreSQL counts its rows, however late the end of an answer comes', async (t) => {
  const [from, to] = [await database(t), await database(t)]
  for (const statement of schema) await administer(from, statement)
  await administer(from, "insert into thing select n, E'two\\nlines' from generate_series(1, 50) n")
  const directory = await mkdtemp(join(tmpdir(), 'lms-copy-'))
  t.after(() => rm(directory, { recursive: true }))
  const { tables, answers } = await exportPostgres(await lateEnds(t, from), directory, [
    'select count(*)::text as value from thing',
  ])
  assert.deepEqual(
    tables.map(({ name, rows }) => [name, rows]),
    [['thing', 50]],
  )
  assert.deepEqual(answers, [['50']])
  await importPostgres(to, directory, tables, { schema, replaces: false })
  assert.equal((await exportPostgres(to, directory)).tables[0]?.sha256, tables[0]?.sha256)
})

async function database(t: TestContext): Promise<string> {
  assert.ok(postgresUrl, 'The test command provides PostgreSQL.')
  const { name, url } = await createEmptyPostgres(postgresUrl, 'copy')
  t.after(() => dropPostgres(postgresUrl ?? '', name))
  return url
}

/** The same database through a line on which what follows the last row of a copy comes late. */
async function lateEnds(t: TestContext, url: string): Promise<string> {
  const { port, hostname } = new URL(url)
  const sockets: Socket[] = []
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    sockets.push(near, far)
    near.setNoDelay(true).pipe(far)
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
    void holdEnds(far, near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const through = new URL(url)
  through.host = `127.0.0.1:${address.port}`
  return through.href
}

// The message CopyDone. Source: PostgreSQL documentation, “Message Formats”.
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4])

async function holdEnds(from: Socket, to: Socket): Promise<void> {
  for await (const chunk of from) {
    const at = (chunk as Buffer).indexOf(COPY_DONE)
    const rest = at === -1 ? 0 : at + COPY_DONE.length
    if (rest > 0) {
      to.write(chunk.subarray(0, rest))
      await delay(200)
    }
    to.write(chunk.subarray(rest))
  }
  to.end()
}
