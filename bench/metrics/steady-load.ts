import autocannon from 'autocannon'

/** What one run of the load is told, as JSON in its first argument. */
export interface SteadyLoad {
  readonly origin: string
  readonly requestsPerSecond: number
  readonly seconds: number
  readonly paths: readonly string[]
  readonly token: string
}

export interface SteadyResult {
  readonly requests: number
  readonly failed: number
}

// A process of its own: what it needs of the processor must not be taken from whoever measures.
const load = JSON.parse(process.argv[2] ?? '') as SteadyLoad
const result = await autocannon({
  url: load.origin,
  connections: 20,
  overallRate: load.requestsPerSecond,
  duration: load.seconds,
  requests: load.paths.map((path) => ({ method: 'GET', path, headers: { authorization: `Bearer ${load.token}` } })),
})
const told: SteadyResult = { requests: result.requests.total, failed: result.non2xx + result.errors }
process.stdout.write(JSON.stringify(told))
