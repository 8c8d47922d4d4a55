import { totalmem } from 'node:os'
import { collectDefaultMetrics, Histogram } from 'prom-client'
import { defineGauge, gauge, type Metrics } from './metrics.ts'

export const buildInfo = defineGauge({
  name: 'lms_build_info',
  help: 'Always 1; the label tells the release that this process runs.',
  labels: { release: [] },
})

export const memoryLimitBytes = defineGauge({
  name: 'lms_process_memory_limit_bytes',
  help: 'Memory this process may use: the limit of its container, or what the machine has.',
  labels: {},
})

/** Of prom-client's own: dear with many connections, or series that nobody looks at. */
const LEFT_OUT = /^nodejs_(active_|heap_space_|version_)/
const collections = ['major', 'minor', 'incremental', 'weakcb']

/**
 * The process itself: processor, memory, files, event loop and garbage collection under the names that every Node
 * program uses (`process_…`, `nodejs_…`), and which release it is. Once per process: it starts measuring.
 */
export function observeProcess(metrics: Metrics, release: string): void {
  collectDefaultMetrics({ register: metrics })
  for (const { name } of metrics.getMetricsAsArray()) if (LEFT_OUT.test(name)) metrics.removeSingleMetric(name)
  const collectionSeconds = metrics.getSingleMetric('nodejs_gc_duration_seconds')
  if (collectionSeconds instanceof Histogram) for (const kind of collections) collectionSeconds.zero({ kind })
  gauge(metrics, buildInfo)({ release }, 1)
  gauge(metrics, memoryLimitBytes)({}, memoryLimit())
}

function memoryLimit(): number {
  const limit = process.constrainedMemory()
  return limit > 0 && limit < totalmem() ? limit : totalmem()
}
