import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createBareServer } from '#support/bare-server.ts'
import { eventually } from '#support/eventually.ts'
import { listen, parseAnswers, textOf } from '#support/raw-http.ts'
import type { Server } from './server.ts'

// More than the kernel takes from us before the client reads.
const LARGE = 50_000_000

/** A server whose `/slow` answers when the test says so. */
async function startServer(t: TestContext, settings: { silenceTimeoutMs?: number } = {}) {
  let isDraining = false
  const app = createBareServer(t, { isDraining: () => isDraining, ...settings })
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  let waiting = 0
  app.get('/large', async () => 'x'.repeat(LARGE))
  app.post('/body', async (request) => request.body)
  app.get('/quick', async () => ({ quick: true }))
  app.get('/slow', async () => {
    waiting++
    await released
    return { slow: true }
  })
  const port = await listen(app)
  return {
    app,
    port,
    release,
    drain: () => {
      isDraining = true
    },
    untilWaiting: (count: number) => eventually(() => assert.equal(waiting, count)),
  }
}

const openConnections = (app: Server) =>
  new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count)))

const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`

describe('closing', () => {
  test('ends idle connections at once', async (t) => {
    const { app, port } = await startServer(t)
    const socket = connect(port, '127.0.0.1')
    const ended = textOf(socket)
    socket.write(ask('/quick'))
    await once(socket, 'data')
    const started = performance.now()
    assert.equal(await app.closeGracefully(10), 0)
    await ended
    assert.ok(performance.now() - started < 400)
  })

  test('answers who is busy, then ends the connection', async (t) => {
    const { app, port, release, untilWaiting } = await startServer(t)
    const socket = connect(port, '127.0.0.1')
    const text = textOf(socket)
    socket.write(ask('/slow'))
    await untilWaiting(1)
    const closed = app.closeGracefully(10)
    release()
    const [answer] = parseAnswers(await text)
    assert.equal(answer?.status, 200)
    assert.equal(answer?.body, '{"slow":true}')
    assert.equal(await closed, 0)
  })

  test('answers a request that comes on a kept-alive connection while another one is busy', async (t) => {
    const { app, port, release, untilWaiting } = await startServer(t)
    const socket = connect(port, '127.0.0.1')
    const text = textOf(socket)
    socket.write(ask('/slow') + ask('/quick'))
    await untilWaiting(1)
    const closed = app.closeGracefully(10)
    release()
    assert.deepEqual(
      parseAnswers(await text).map(({ status }) => status),
      [200, 200],
    )
    await closed
  })

  test('does not wait for who connected and said nothing', async (t) => {
    const { app, port } = await startServer(t)
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const started = performance.now()
    await app.closeGracefully(10)
    assert.ok(performance.now() - started < 2000)
  })

  test('lets an answer out whole that its client reads slowly', async (t) => {
    const { app, port } = await startServer(t)
    const socket = connect(port, '127.0.0.1').pause()
    socket.write(ask('/large'))
    await once(socket, 'readable')
    const closed = app.closeGracefully(10)
    const text = textOf(socket)
    assert.equal(parseAnswers(await text)[0]?.body.length, LARGE)
    assert.equal(await closed, 0)
  })

  test('cuts off who is still busy after the time, and says how many', async (t) => {
    const { app, port, release, untilWaiting } = await startServer(t)
    const sockets = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
    const texts = sockets.map((socket) => textOf(socket))
    for (const socket of sockets) socket.write(ask('/slow'))
    await untilWaiting(2)
    assert.equal(await app.closeGracefully(0.2), 2)
    assert.deepEqual(await Promise.all(texts), ['', ''])
    release()
  })
})

describe('a connection on which nothing moves', () => {
  test('ends when the body of its request does not come', async (t) => {
    const { port } = await startServer(t, { silenceTimeoutMs: 200 })
    const socket = connect(port, '127.0.0.1')
    socket.write('POST /body HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{')
    assert.equal(await textOf(socket), '')
  })

  test('ends when its client does not read the answer', async (t) => {
    const { port, app } = await startServer(t, { silenceTimeoutMs: 200 })
    const socket = connect(port, '127.0.0.1').pause()
    socket.write(ask('/large'))
    await once(socket, 'readable')
    await eventually(async () => assert.equal(await openConnections(app), 0))
  })

  test('stays while a slow client goes on reading or sending', async (t) => {
    const { port } = await startServer(t, { silenceTimeoutMs: 200 })
    const socket = connect(port, '127.0.0.1')
    const text = textOf(socket)
    const body = JSON.stringify({ text: 'x'.repeat(40) })
    socket.write(
      `POST /body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    for (const character of body) {
      socket.write(character)
      await delay(15)
    }
    assert.equal(parseAnswers(await text)[0]?.status, 200)
  })
})

test('while draining every answer asks its client to go elsewhere, and is given all the same', async (t) => {
  const { port, drain } = await startServer(t)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const get = () =>
    new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
      request({ port, host: '127.0.0.1', path: '/quick', agent }, (response) => {
        response
          .resume()
          .on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }))
      })
        .on('error', reject)
        .end()
    })
  assert.deepEqual(await get(), { status: 200, connection: 'keep-alive' })
  drain()
  assert.deepEqual(await get(), { status: 200, connection: 'close' })
  assert.deepEqual(await get(), { status: 200, connection: 'close' })
})
