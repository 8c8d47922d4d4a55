import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from './metrics.ts'
import { observeProcess } from './process-metrics.ts'

test('a process tells its release, its memory, its limit and how late its event loop is', async () => {
  const metrics = createMetrics()
  observeProcess(metrics, '1.2.3')
  const text = await metrics.metrics()
  const read = (name: string) => Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1])
  assert.match(text, /^lms_build_info\{release="1\.2\.3"\} 1$/m)
  assert.ok(read('process_resident_memory_bytes') > 1e7)
  assert.ok(read('lms_process_memory_limit_bytes') > read('process_resident_memory_bytes'))
  assert.ok(Math.abs(read('process_start_time_seconds') - Date.now() / 1000) < 86_400)
  assert.ok(read('process_cpu_seconds_total') > 0)
  assert.ok(read('nodejs_eventloop_lag_p99_seconds') >= 0)
  assert.doesNotMatch(text, /nodejs_(active_|heap_space_)/)
})
