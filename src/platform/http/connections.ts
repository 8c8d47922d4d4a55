import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Ends the server without losing a request: nothing new is accepted, quiet connections end within a tenth of a
     * second, busy ones after their answer. Whoever is still busy after `timeoutSeconds` is cut off; resolves with how
     * many those were.
     */
    closeGracefully(timeoutSeconds: number): Promise<number>
  }
}

const LOOK_EVERY_MS = 20
// Long enough for a request that is on its way: it may have left its client before the client could know.
const QUIET_MS = 100

const unanswered = Symbol('requests that are not answered whole')
type CountingSocket = Socket & { [unanswered]?: number }

/** Notes that a request has arrived on the connection. */
export function beginOn(socket: CountingSocket): void {
  socket[unanswered] = (socket[unanswered] ?? 0) + 1
}

/** Notes that its answer has left whole, or never will. */
export function endOn(socket: CountingSocket): void {
  socket[unanswered] = (socket[unanswered] ?? 1) - 1
}

/** Knows the open connections: ends those that hang, and all of them gracefully when the server closes. */
export function watchConnections(app: FastifyInstance, { silenceTimeoutMs }: { silenceTimeoutMs: number }): void {
  const sockets = new Set<CountingSocket>()
  app.server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  // Node calls this when it closes, and takes a connection for idle whose last answer is still on its way out.
  app.server.closeIdleConnections = () => {}

  // Timers of Node's own would have to be set anew for every piece that is read or written.
  const endHanging = ender(sockets, silenceTimeoutMs, isBusy)
  const timer = setInterval(endHanging, silenceTimeoutMs / 4).unref()
  app.addHook('onClose', async () => clearInterval(timer))

  app.decorate('closeGracefully', async (timeoutSeconds: number) => {
    const cutOffAt = performance.now() + timeoutSeconds * 1000
    const endQuiet = ender(sockets, QUIET_MS, (socket) => !isBusy(socket))
    let cutOff = 0
    const closing = setInterval(() => {
      endQuiet()
      if (performance.now() < cutOffAt) return
      cutOff += sockets.size
      app.server.closeAllConnections()
    }, LOOK_EVERY_MS)
    try {
      await app.close()
      return cutOff
    } finally {
      clearInterval(closing)
    }
  })
}

const isBusy = (socket: CountingSocket) => (socket[unanswered] ?? 0) > 0

/** Ends, at each call, the connections of one kind on which nothing has moved for so long. */
function ender(
  sockets: ReadonlySet<CountingSocket>,
  silenceMs: number,
  isMeant: (socket: CountingSocket) => boolean,
): () => void {
  const seen = new WeakMap<CountingSocket, { moved: number; since: number }>()
  return () => {
    const now = performance.now()
    for (const socket of sockets) {
      const before = seen.get(socket)
      const moved = socket.bytesRead + socket.bytesWritten - socket.writableLength
      if (!isMeant(socket) || before?.moved !== moved) seen.set(socket, { moved, since: now })
      else if (now - before.since >= silenceMs) socket.destroy()
    }
  }
}
