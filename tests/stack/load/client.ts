import { type ClientHttp2Session, connect } from 'node:http2'
import { Agent, request } from 'node:https'
import { domain } from '../edge.ts'

export interface Call {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer | undefined
}

export interface Reply {
  readonly status: number
  /** Of refusals only, which say why. */
  readonly body: string
}

/** One attempt; resolves once the whole answer is there. It never tries again. */
export interface Client {
  readonly name: string
  send(call: Call): Promise<Reply>
  close(): void
}

// Longer than the proxy and the API give themselves: who gives up is then never this client, and a slow machine is seen
// in the times, not among the failures.
const TIMEOUT_MS = 30_000

/** HTTP/1.1 on kept-alive connections. */
export function http1Client(name: string, port: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 256, servername: domain, rejectUnauthorized: false })
  return {
    name,
    send: ({ method, path, headers, body }) =>
      new Promise((resolve, reject) => {
        const sent = request(
          { agent, host: '127.0.0.1', port, method, path, headers: { host: domain, ...lengthOf(body), ...headers } },
          (response) => {
            const status = response.statusCode ?? 0
            const refusal = collect(response, status)
            response
              .on('end', () => resolve({ status, body: refusal() }))
              .on('error', reject)
              .on('close', () => response.complete || reject(new Error('the answer was cut off')))
          },
        )
        sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
        sent.on('error', reject).end(body)
      }),
    close: () => agent.destroy(),
  }
}

/** HTTP/2 on a few connections; one that says goodbye gets no new requests. */
export function http2Client(name: string, port: number): Client {
  const sessions: (ClientHttp2Session | undefined)[] = [undefined, undefined, undefined, undefined]
  let next = 0

  function sessionAt(index: number): ClientHttp2Session {
    const known = sessions[index]
    if (known && !known.closed && !known.destroyed) return known
    const session = connect(`https://127.0.0.1:${port}`, { servername: domain, rejectUnauthorized: false })
    const forget = () => {
      if (sessions[index] === session) sessions[index] = undefined
    }
    session.on('goaway', forget).on('close', forget).on('error', forget)
    sessions[index] = session
    return session
  }

  return {
    name,
    send: ({ method, path, headers, body }) =>
      new Promise((resolve, reject) => {
        const stream = sessionAt(next++ % sessions.length).request({
          ':method': method,
          ':path': path,
          ':authority': domain,
          ...lengthOf(body),
          ...headers,
        })
        let status = 0
        let refusal = () => ''
        stream.setTimeout(TIMEOUT_MS, () => stream.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
        stream
          .on('response', (answer) => {
            status = Number(answer[':status'])
            refusal = collect(stream, status)
          })
          .on('error', reject)
          .on('end', () =>
            status > 0 ? resolve({ status, body: refusal() }) : reject(new Error('the stream ended without an answer')),
          )
          .on('close', () => reject(new Error('the stream was closed')))
          .end(body)
      }),
    close: () => {
      for (const session of sessions) session?.destroy()
    },
  }
}

/** Reads on; keeps what a refusal says. */
function collect(answer: NodeJS.ReadableStream, status: number): () => string {
  const chunks: Buffer[] = []
  if (status >= 400) answer.on('data', (chunk: Buffer) => chunks.push(chunk))
  else answer.resume()
  return () => Buffer.concat(chunks).toString()
}

function lengthOf(body: Buffer | undefined): Record<string, string> {
  return body ? { 'content-length': String(body.length) } : {}
}
