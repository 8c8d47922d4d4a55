import { readFileSync } from 'node:fs'
import { createServer, type OutgoingHttpHeaders } from 'node:http'
import type { LimitJob } from './limit.ts'
import type { Recorded } from './recording.ts'
import { createWork } from './work.ts'

/**
 * What the product is measured against: `node:http` with the same bytes, and with a database also the same statements
 * through the bare driver and the same object through JSON.stringify. No routing, no checks, no logs, no metrics.
 */
const [jobFile = '', port = ''] = process.argv.slice(2)
const job = JSON.parse(readFileSync(jobFile, 'utf8')) as LimitJob
const work = createWork(job)
const prepared = new Map(job.recorded.map((one) => [one, prepare(one)]))
let turn = 0

const server = createServer((_request, response) => {
  if (!job.database) return send(response, job.recorded[turn++ % job.recorded.length])
  work().then(
    (recorded) => send(response, recorded),
    (error) => response.writeHead(500).end(String(error)),
  )
})
server.keepAliveTimeout = 75_000
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 })

interface Prepared {
  readonly headers: OutgoingHttpHeaders
  readonly bytes: Buffer
  readonly value: unknown
}

function prepare({ headers, body }: Recorded): Prepared {
  const { connection: _connection, 'keep-alive': _keepAlive, date: _date, 'content-length': _length, ...same } = headers
  const bytes = Buffer.from(body)
  const isJson = headers['content-type']?.includes('json') ?? false
  return { headers: same, bytes, value: isJson ? JSON.parse(body) : undefined }
}

function send(response: import('node:http').ServerResponse, recorded: Recorded | undefined): void {
  const answer = recorded && prepared.get(recorded)
  if (!recorded || !answer) throw new Error(`Nothing was recorded for ${job.scenario}.`)
  const body = job.database && answer.value !== undefined ? JSON.stringify(answer.value) : answer.bytes
  response.writeHead(recorded.status, { ...answer.headers, 'content-length': Buffer.byteLength(body) }).end(body)
}
