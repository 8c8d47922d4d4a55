import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { describe, type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import { eventually } from '#support/eventually.ts'
import { boundBody } from './request-bodies.ts'

const UNREAD_SECONDS = 0.3

/** A server that reads bodies of JSON, and refuses those of octets unread; and what a client on a socket got from it. */
async function open(t: TestContext, start: string, unreadSeconds = UNREAD_SECONDS) {
  const app = Fastify({ bodyLimit: 1e9 })
  app.addHook('onRequest', (request, reply, done) => {
    boundBody(request, reply, request.routeOptions.config.bodySeconds, unreadSeconds)
    done()
  })
  app.addContentTypeParser('application/octet-stream', (_request, _body, done) => done(null, undefined))
  app.post('/read', { config: { bodySeconds: 0.2 } }, async () => 'read')
  app.post('/patient', async () => 'read')
  app.post('/refused', async (_request, reply) => reply.code(413).send('refused'))
  app.post('/stuck', async (request, reply) => {
    // Somebody began to read and stopped.
    request.raw.pipe(new Writable({ write() {} }))
    return reply.code(413).send('refused')
  })
  app.get('/next', async () => 'next')
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  assert.ok(typeof address === 'object' && address)
  const socket = connect(address.port, '127.0.0.1')
  t.after(() => {
    socket.destroy()
    return app.close()
  })
  let received = ''
  let isClosed = false
  socket.on('data', (chunk) => {
    received += chunk
  })
  socket.on('close', () => {
    isClosed = true
  })
  socket.on('error', () => {})
  socket.write(start)
  return { socket, received: () => received, isClosed: () => isClosed }
}

const post = (path: string, type: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`

/** Sends as fast as it is taken until the other side ends the connection; returns the bytes that were taken. */
async function sendForEver(socket: Socket, isClosed: () => boolean): Promise<number> {
  const chunk = Buffer.alloc(64 * 1024)
  await eventually(
    () => {
      if (socket.writableLength < chunk.length && !isClosed()) socket.write(chunk)
      assert.ok(isClosed())
    },
    { everyMs: 1 },
  )
  return socket.bytesWritten
}

describe('a body', () => {
  test('408 when it takes longer than its route allows; that of another route is waited for', async (t) => {
    const patient = await open(t, `${post('/patient', 'application/json', 2)}{`)
    const hasty = await open(t, `${post('/read', 'application/json', 100)}{`)
    await eventually(() => assert.ok(hasty.isClosed()))
    assert.match(hasty.received(), /^HTTP\/1.1 408 [\s\S]*request\/timeout/)
    patient.socket.write('}')
    await eventually(() => assert.match(patient.received(), /200 OK[\s\S]*read$/))
  })

  test('that was refused unread is answered, and its sender is cut off a moment later', async (t) => {
    const { socket, received, isClosed } = await open(t, post('/refused', 'application/octet-stream', 2 ** 40))
    const startedAt = performance.now()
    const taken = await sendForEver(socket, isClosed)
    assert.match(received(), /^HTTP\/1.1 413 [\s\S]*refused$/)
    assert.ok(performance.now() - startedAt >= UNREAD_SECONDS * 1000 - 50)
    assert.ok(taken < 2 ** 40)
  })

  test('that was refused unread or half read and ends in time leaves the connection to the next request', async (t) => {
    // A busy machine must get a megabyte through within the time; the sender who is cut off shows that it has passed.
    const unreadSeconds = 2
    const kept = await open(t, post('/refused', 'application/octet-stream', 1_000_000), unreadSeconds)
    await eventually(() => assert.match(kept.received(), /refused$/))
    kept.socket.write(Buffer.alloc(1_000_000))
    kept.socket.write(post('/stuck', 'application/octet-stream', 1_000_000))
    await eventually(() => assert.match(kept.received(), /refused[\s\S]*refused$/))
    kept.socket.write(Buffer.alloc(1_000_000))
    const cut = await open(t, post('/refused', 'application/octet-stream', 2 ** 40), unreadSeconds)
    await sendForEver(cut.socket, cut.isClosed)
    assert.equal(kept.isClosed(), false)
    kept.socket.write('GET /next HTTP/1.1\r\nHost: x\r\n\r\n')
    await eventually(() => assert.match(kept.received(), /next$/))
  })
})
