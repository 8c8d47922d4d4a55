import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below the range the kernel gives to outgoing connections (32768 and up on Linux, 49152 on macOS). A port from that
// range can be taken while its server is down: by any client, or by a client that connects to itself on it.
const lowestPort = 20_000
const highestPort = 32_000

/** A port of 127.0.0.1 that nobody listens on now, and that no outgoing connection will take later. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(lowestPort, highestPort)
    if (await canListen(port)) return port
  }
  throw new Error(`No free port on 127.0.0.1 between ${lowestPort} and ${highestPort}: 100 random ones are all in use.`)
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
