import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '#support/eventually.ts'
import { startProduct } from '#support/product-process.ts'

const CLIENTS = 16

interface Outcome {
  /** Requests answered 200, by the process that answered. */
  readonly served: Map<string, number>
  readonly failures: string[]
}

/** Asks for the catalogue again and again on kept-alive connections, as a proxy does for its clients. */
async function keepAsking(agent: Agent, upstream: () => string, isOver: () => boolean, { served, failures }: Outcome) {
  while (!isOver()) {
    const url = upstream()
    try {
      const status = await statusOf(`${url}/api/v1/openapi.json`, agent)
      if (status === 200) served.set(url, (served.get(url) ?? 0) + 1)
      else failures.push(`${url} answered ${status}`)
    } catch (error) {
      failures.push(`${url}: ${(error as Error).message}`)
    }
  }
}

function statusOf(url: string, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      response
        .resume()
        .on('end', () => resolve(response.statusCode))
        .on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

/** What the proxy believes: the upstream that its last probe found ready. */
async function probe(first: string, second: string, use: (url: string) => void, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const isReady = await fetch(`${first}/api/v1/ready`).then(
      (response) => response.ok,
      () => false,
    )
    use(isReady ? first : second)
    await delay(50)
  }
}

test('a process that is told to stop under load loses no request', { timeout: 60_000 }, async (t) => {
  const settings = { SHUTDOWN_DELAY_SECONDS: '1', RATE_LIMIT_PER_MINUTE: '0', ACCESS_LOG: 'false' }
  const old = await startProduct({ role: 'serve', settings })
  t.after(old.stop)
  const successor = await startProduct({ role: 'serve', settings })
  t.after(successor.stop)

  const outcome: Outcome = { served: new Map(), failures: [] }
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  t.after(() => agent.destroy())
  let upstream = old.url
  let isOver = false
  const running = [
    probe(
      old.url,
      successor.url,
      (url) => (upstream = url),
      () => isOver,
    ),
    ...Array.from({ length: CLIENTS }, () =>
      keepAsking(
        agent,
        () => upstream,
        () => isOver,
        outcome,
      ),
    ),
  ]
  const servedBy = (url: string) => outcome.served.get(url) ?? 0
  await eventually(() => assert.ok(servedBy(old.url) > 500))
  const servedBefore = servedBy(old.url)
  const startedAt = performance.now()
  const exitCode = await old.terminate()
  const stoppedAfter = performance.now() - startedAt
  const servedBySuccessor = servedBy(successor.url)
  await eventually(() => assert.ok(servedBy(successor.url) > servedBySuccessor + 100))
  isOver = true
  await Promise.all(running)

  assert.deepEqual(outcome.failures, [])
  assert.equal(exitCode, 0)
  assert.ok(servedBy(old.url) > servedBefore, 'it went on serving after the signal')
  assert.ok(stoppedAfter > 1000 && stoppedAfter < 4000, `it stopped after its delay: ${stoppedAfter} ms`)
})
