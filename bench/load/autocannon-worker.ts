import autocannon from 'autocannon'
import type { Load, LoadResult } from './generator.ts'
import { readRequests } from './requests.ts'

// A process of its own: what it needs of the processor must not be taken from whoever measures.
const load = JSON.parse(process.argv[2] ?? '') as Load
const requests = readRequests(load.requestsFile)
let sent = 0

const result = await autocannon({
  url: load.origin,
  connections: load.connections,
  duration: load.seconds,
  timeout: 10,
  requests: [
    {
      setupRequest(request) {
        const next = requests[sent++ % requests.length]
        if (!next) throw new Error('There are no requests to send.')
        return { ...request, ...next, method: next.method as 'GET' | 'POST' }
      },
    },
  ],
})

const told: LoadResult = {
  requestsPerSecond: result.requests.total / result.duration,
  p50: result.latency.p50,
  p99: result.latency.p99,
  requests: result.requests.total,
  statusErrors: result['4xx'] + result['5xx'],
  socketErrors: result.errors,
  rounds: Math.floor(sent / requests.length),
}
process.stdout.write(JSON.stringify(told))
