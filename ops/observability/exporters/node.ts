import { describeCounter, describeGauge } from '../promql/index.ts'

const filesystem = { device: [], fstype: [], mountpoint: [], device_error: [] } as const

/** The machine, by node_exporter. */
export const nodeCpuSeconds = describeCounter('node_cpu_seconds_total', 'Processor time by what it was used for.', {
  cpu: [],
  mode: ['idle', 'iowait', 'irq', 'nice', 'softirq', 'steal', 'system', 'user'],
})
export const nodeMemoryTotal = describeGauge('node_memory_MemTotal_bytes', 'Memory of the machine.', {})
export const nodeMemoryAvailable = describeGauge(
  'node_memory_MemAvailable_bytes',
  'Memory that can be used without swapping.',
  {},
)
export const nodeFilesystemSize = describeGauge('node_filesystem_size_bytes', 'Size of a file system.', filesystem)
export const nodeFilesystemAvailable = describeGauge(
  'node_filesystem_avail_bytes',
  'Room on a file system for users other than root.',
  filesystem,
)
export const nodeFilesystemReadonly = describeGauge(
  'node_filesystem_readonly',
  '1 when a file system can only be read.',
  filesystem,
)
export const nodeFilesystemFiles = describeGauge('node_filesystem_files', 'Inodes of a file system.', filesystem)
export const nodeFilesystemFilesFree = describeGauge(
  'node_filesystem_files_free',
  'Free inodes of a file system.',
  filesystem,
)
export const nodeDiskIoSeconds = describeCounter('node_disk_io_time_seconds_total', 'Time in which a disk was busy.', {
  device: [],
})
export const nodeNetworkReceived = describeCounter('node_network_receive_bytes_total', 'Bytes received.', {
  device: [],
})
export const nodeNetworkSent = describeCounter('node_network_transmit_bytes_total', 'Bytes sent.', { device: [] })
export const nodeLoad1 = describeGauge('node_load1', 'Processes that want a processor, average of a minute.', {})
export const nodeClockOffset = describeGauge('node_timex_offset_seconds', 'How far the clock is off its servers.', {})
/** Untyped in the exposition; it only ever grows. */
export const nodeOomKills = describeCounter('node_vmstat_oom_kill', 'Processes killed because memory was short.', {})
export const nodeTextfileError = describeGauge(
  'node_textfile_scrape_error',
  '1 when a file of the textfile collector could not be read.',
  {},
)
