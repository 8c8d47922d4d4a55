import { readFileSync } from 'node:fs'
import type { LimitJob } from './limit.ts'
import { createWork } from './work.ts'

// The driver without HTTP: so many requests at the same time, for so many seconds. Prints requests per second.
const [jobFile = '', connections = '', seconds = ''] = process.argv.slice(2)
const work = createWork(JSON.parse(readFileSync(jobFile, 'utf8')) as LimitJob)
const started = performance.now()
const end = started + Number(seconds) * 1000
let count = 0

async function loop(): Promise<void> {
  while (performance.now() < end) {
    await work()
    count++
  }
}

await Promise.all(Array.from({ length: Number(connections) }, loop))
process.stdout.write(`${count / ((performance.now() - started) / 1000)}\n`, () => process.exit(0))
