import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** Waits until the servers of TEST_DATABASE_URL and TEST_REDIS_URL accept connections, for a minute at most. */

const WAIT_MS = 60_000
const PAUSE_MS = 250

const names = ['TEST_DATABASE_URL', 'TEST_REDIS_URL']
const waiting = await Promise.all(names.map(async (name) => [name, await isThere(name)] as const))
const missing = waiting.filter(([, there]) => !there).map(([name]) => name)
for (const name of missing)
  process.stderr.write(`${name}: nothing accepts connections there after ${WAIT_MS / 1000} s\n`)
process.exitCode = missing.length === 0 ? 0 : 1

async function isThere(name: string): Promise<boolean> {
  const address = process.env[name]
  if (!address) return false
  const { hostname, port } = new URL(address)
  const deadline = Date.now() + WAIT_MS
  while (Date.now() < deadline) {
    if (await accepts(hostname, Number(port))) return true
    await setTimeout(PAUSE_MS)
  }
  return false
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 })
    const answer = (value: boolean) => {
      socket.destroy()
      resolve(value)
    }
    socket.on('connect', () => answer(true))
    socket.on('error', () => answer(false))
    socket.on('timeout', () => answer(false))
  })
}
