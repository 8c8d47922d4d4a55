import { describeCounter, describeGauge } from '../promql/index.ts'

/** What every target has, ours and those written in Go. */
export const up = describeGauge('up', '1 while the target answers scrapes. Made by Prometheus.', {})
export const scrapeSeconds = describeGauge(
  'scrape_duration_seconds',
  'How long the last scrape took. Made by Prometheus.',
  {},
)
export const processCpuSeconds = describeCounter('process_cpu_seconds_total', 'Processor time of the process.', {})
export const processResidentBytes = describeGauge('process_resident_memory_bytes', 'Memory of the process.', {})
export const processStartTime = describeGauge('process_start_time_seconds', 'When the process started.', {})
export const processOpenFiles = describeGauge('process_open_fds', 'Open file descriptors of the process.', {})

/** Of our own processes, made by prom-client. */
export const eventLoopLagP99 = describeGauge(
  'nodejs_eventloop_lag_p99_seconds',
  'How late the event loop was since the last scrape, 99th percentile.',
  {},
)
export const heapUsedBytes = describeGauge('nodejs_heap_size_used_bytes', 'Used memory of the JavaScript heap.', {})
