import { setTimeout as delay } from 'node:timers/promises'
import { type Call, type Client, http1Client, http2Client, type Reply } from './client.ts'
import { holdDownload, holdUpload, uploadHeldFile } from './held.ts'
import { type Relay, startRelay } from './relay.ts'

export interface LoadOptions {
  readonly httpsPort: number
  readonly requestsPerSecond: number
  /** Of somebody who may make courses and upload files. */
  readonly accessToken: string
}

export interface Sample {
  /** When it was to be sent, in milliseconds of `performance.now()`: a late client makes it late, too. */
  readonly dueAt: number
  readonly milliseconds: number
  readonly client: string
  /** Nothing when it went well. */
  readonly failure?: string
}

export interface Load {
  readonly samples: readonly Sample[]
  /** Sends no more, waits for what is under way, and closes. */
  stop(): Promise<void>
}

const TICK_MS = 10
// One process runs no more uploads of one account at a time.
const HELD_UPLOADS = 3
const HELD_DOWNLOADS = 2
const BETWEEN_HELD_MS = 100

/**
 * Open-loop load on a site: requests leave when they are due, however slow the answers are. Half are POSTs with bodies;
 * of eleven clients four speak HTTP/1.1 and four HTTP/2 nearby, and three are 50 milliseconds away. Beside them a few
 * uploads and downloads are always on the way, each of them for seconds. Nothing is ever tried again.
 */
export async function startLoad({ httpsPort, requestsPerSecond, accessToken }: LoadOptions): Promise<Load> {
  const relay = await startRelay(httpsPort, 25)
  const clients = clientsOf(httpsPort, relay)
  const heldFile = await uploadHeldFile(httpsPort, accessToken)
  const samples: Sample[] = []
  const underWay = new Set<Promise<void>>()
  const startedAt = performance.now()
  let sent = 0
  let isOver = false

  function sendDue() {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * requestsPerSecond)
    for (; sent < due; sent++) {
      const client = clients[sent % clients.length] as Client
      track(measure(client.name, startedAt + (sent / requestsPerSecond) * 1000, () => attempt(client, sent)))
    }
  }

  async function attempt(client: Client, number: number): Promise<void> {
    const { call, expected } = callOf(number, accessToken)
    const reply = await client.send(call)
    if (reply.status !== expected) throw new Error(`${call.method} ${call.path} answered ${reasonOf(reply)}`)
  }

  async function measure(client: string, dueAt: number, act: () => Promise<void>): Promise<void> {
    const failure = await act().then(
      () => undefined,
      (error: Error) => error.message,
    )
    samples.push({ dueAt, milliseconds: performance.now() - dueAt, client, ...(failure && { failure }) })
  }

  function track(one: Promise<void>) {
    underWay.add(one)
    void one.finally(() => underWay.delete(one))
  }

  async function keepHolding(name: string, hold: () => Promise<void>): Promise<void> {
    while (!isOver) {
      await measure(`held ${name}`, performance.now(), hold)
      await delay(BETWEEN_HELD_MS)
    }
  }

  const timer = setInterval(sendDue, TICK_MS)
  const portOf = (number: number) => (number % 2 === 0 ? httpsPort : relay.port)
  for (let i = 0; i < HELD_UPLOADS; i++) track(keepHolding('upload', () => holdUpload(portOf(i), accessToken)))
  for (let i = 0; i < HELD_DOWNLOADS; i++)
    track(keepHolding('download', () => holdDownload(portOf(i), accessToken, heldFile)))
  return {
    samples,
    async stop() {
      isOver = true
      clearInterval(timer)
      await Promise.all(underWay)
      for (const client of clients) client.close()
      await relay.close()
    },
  }
}

/** The status and the problem's code, which says who refused: the proxy or the API. */
function reasonOf({ status, body }: Reply): string {
  const code = /"code":"([^"]+)"/.exec(body)?.[1]
  return `${status}${code ? ` ${code}` : ''}`
}

function clientsOf(near: number, relay: Relay): Client[] {
  const kinds = {
    h1: http1Client('HTTP/1.1', near),
    h2: http2Client('HTTP/2', near),
    farH1: http1Client('HTTP/1.1, 50 ms away', relay.port),
    farH2: http2Client('HTTP/2, 50 ms away', relay.port),
  }
  // An odd number, so that every client sends every kind of request.
  const turns: (keyof typeof kinds)[] = ['h1', 'h2', 'farH1', 'h1', 'h2', 'h1', 'farH2', 'h1', 'h2', 'farH1', 'h2']
  return turns.map((kind) => kinds[kind])
}

const gets = ['/api/v1/courses', '/api/v1/courses?q=python', '/api/v1/health', '/api/v1/users/me']
const description = 'A draft that a load test makes. '.repeat(64)

/** The request of a number: the even ones read, the odd ones write. */
function callOf(number: number, accessToken: string): { call: Call; expected: number } {
  const authorization = `Bearer ${accessToken}`
  if (number % 2 === 0) {
    const path = gets[(number / 2) % gets.length] as string
    return { call: { method: 'GET', path, headers: { authorization } }, expected: 200 }
  }
  const [path, content, expected] =
    number % 5 < 2
      ? ['/api/v1/courses', { title: `Draft ${number}`, slug: `draft-${process.pid}-${number}`, description }, 201]
      : ['/api/v1/auth/verify-email', { token: `nobody-has-this-token-${number}` }, 400]
  const body = Buffer.from(JSON.stringify(content))
  return {
    call: { method: 'POST', path, headers: { authorization, 'content-type': 'application/json' }, body },
    expected,
  }
}
