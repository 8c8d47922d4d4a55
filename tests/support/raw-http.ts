import { connect, type Socket } from 'node:net'
import type { Server } from '#platform/http/server.ts'

/** What a server wrote on a connection, taken apart; for tests of bytes that no HTTP client would send. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Starts listening on a free port of the loopback and returns it. */
export async function listen(app: Server): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port.')
  return address.port
}

/** Sends the bytes on a new connection and returns every answer, once the server has closed it. */
export async function sendBytes(port: number, ...parts: string[]): Promise<RawAnswer[]> {
  const socket = connect(port, '127.0.0.1')
  for (const part of parts) socket.write(part, 'latin1')
  return parseAnswers(await textOf(socket))
}

/** Everything that arrives until the end of the connection. */
export async function textOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
  await new Promise<void>((resolve) => {
    // A server that closes while we still send resets the connection; what it said before counts.
    socket.on('error', () => resolve())
    socket.on('close', () => resolve())
  })
  return Buffer.concat(chunks).toString('utf8')
}

/** Takes answers with a Content-Length apart. */
export function parseAnswers(text: string): RawAnswer[] {
  const answers: RawAnswer[] = []
  let rest = text
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    const [start = '', ...lines] = rest.slice(0, end).split('\r\n')
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    )
    const length = Number(headers['content-length'] ?? 0)
    const body = Buffer.from(rest.slice(end + 4))
      .subarray(0, length)
      .toString()
    answers.push({ status: Number(start.split(' ')[1]), headers, body })
    rest = Buffer.from(rest.slice(end + 4))
      .subarray(length)
      .toString()
  }
  return answers
}
