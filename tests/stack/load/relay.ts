import { connect, createServer, type Socket } from 'node:net'

export interface Relay {
  readonly port: number
  close(): Promise<void>
}

/** Hands bytes on to a port of this machine, each so many milliseconds later: a client that is far away. */
export async function startRelay(targetPort: number, delayMs: number): Promise<Relay> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.setNoDelay(true)
      from.on('data', (chunk) => later(() => handOn(chunk, from, to)))
      from.on('end', () => later(() => to.end()))
      from.on('error', () => to.destroy())
      from.on('close', (hadError) => {
        sockets.delete(from)
        // What still waits for a slow reader is handed on before the end.
        later(() => (hadError ? to.destroy() : to.end()))
      })
    }
  })
  // Whoever reads slowly at one end is felt at the other.
  function handOn(chunk: Buffer, from: Socket, to: Socket) {
    if (!to.writable || to.write(chunk) || from.isPaused()) return
    from.pause()
    to.once('drain', () => from.resume())
  }
  function later(act: () => void) {
    setTimeout(act, delayMs)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The relay does not listen on a port.')
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
