import { memoryLimitBytes } from '#platform/metrics/process-metrics.ts'
import { prometheusSeries } from '../exporters/monitoring.ts'
import {
  nodeCpuSeconds,
  nodeDiskIoSeconds,
  nodeFilesystemAvailable,
  nodeFilesystemSize,
  nodeLoad1,
  nodeMemoryAvailable,
  nodeMemoryTotal,
  nodeNetworkReceived,
  nodeNetworkSent,
} from '../exporters/node.ts'
import {
  eventLoopLagP99,
  heapUsedBytes,
  processCpuSeconds,
  processOpenFiles,
  processResidentBytes,
  scrapeSeconds,
} from '../exporters/process.ts'
import { avg, max, min, minus, per, rate, sum, times, value } from '../promql/index.ts'
import { disks } from '../rules/host.ts'
import { here, type Row, these } from './panel.ts'

const ours = { ...these, service: 'lms-backend' } as const
const node = { ...here }

export const processes: Row = {
  title: 'Processes: saturation',
  panels: [
    {
      title: 'Event loop lag (p99)',
      description: 'How late each process is with what it has to do; above 0.25 s requests feel it.',
      kind: 'lines',
      unit: 's',
      width: 8,
      queries: [{ expr: value(eventLoopLagP99, ours), legend: '{{instance}}' }],
      limits: { yellow: 0.1, red: 0.25 },
      alerts: ['EventLoopBlocked'],
    },
    {
      title: 'Memory of processes',
      description: 'Share of the memory that each process may have, by which the kernel ends it.',
      kind: 'lines',
      unit: 'percentunit',
      width: 8,
      queries: [
        {
          expr: per(value(processResidentBytes, ours), value(memoryLimitBytes, ours), ['job', 'instance']),
          legend: '{{instance}}',
        },
      ],
      limits: { yellow: 0.7, red: 0.85 },
      alerts: ['ProcessMemoryHigh'],
    },
    {
      title: 'Processor time of processes',
      description: 'Processors that each process keeps busy; JavaScript runs on one.',
      kind: 'lines',
      unit: 'none',
      width: 8,
      queries: [{ expr: rate(processCpuSeconds, '$__rate_interval', ours), legend: '{{instance}}' }],
      limits: { yellow: 0.8, red: 1 },
    },
    {
      title: 'JavaScript heap',
      description: 'Used heap: a line that only rises over days is a leak.',
      kind: 'lines',
      unit: 'bytes',
      width: 8,
      queries: [{ expr: value(heapUsedBytes, ours), legend: '{{instance}}' }],
    },
    {
      title: 'Open files',
      description: 'Open files and sockets of each process.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      queries: [{ expr: value(processOpenFiles, ours), legend: '{{instance}}' }],
    },
    {
      title: 'Cost of monitoring',
      description: 'How long scrapes take, and how many series Prometheus holds.',
      kind: 'lines',
      unit: 's',
      width: 8,
      queries: [
        { expr: max(value(scrapeSeconds, here), ['job']), legend: '{{job}}' },
        { expr: times(max(value(prometheusSeries)), 0.000001), legend: 'series in millions' },
      ],
      alerts: ['TargetDown', 'SeriesLimitReached'],
    },
  ],
}

export const machine: Row = {
  title: 'Machine',
  panels: [
    {
      title: 'Processors',
      description: 'Share of the time in which the processors do something, and how many processes want one.',
      kind: 'lines',
      unit: 'percentunit',
      width: 8,
      queries: [
        { expr: busy(), legend: 'busy' },
        {
          expr: per(avg(rate(nodeCpuSeconds, '$__rate_interval', { ...node, mode: 'iowait' })), 1),
          legend: 'waiting for disks',
        },
      ],
      limits: { yellow: 0.7, red: 0.9 },
      alerts: ['HostCpuHigh'],
    },
    {
      title: 'Memory left',
      description: 'Share of the memory that can be used without swapping.',
      kind: 'lines',
      unit: 'percentunit',
      width: 8,
      queries: [{ expr: per(value(nodeMemoryAvailable, node), value(nodeMemoryTotal, node)), legend: '{{instance}}' }],
      limits: { yellow: 0.2, red: 0.1, falling: true },
      alerts: ['HostMemoryLow', 'HostOutOfMemory'],
    },
    {
      title: 'Disk space left',
      description: 'Share of each disk that is free. Databases stop at 0.',
      kind: 'lines',
      unit: 'percentunit',
      width: 8,
      queries: [
        {
          expr: min(
            per(
              value(nodeFilesystemAvailable, { ...node, ...disks }),
              value(nodeFilesystemSize, { ...node, ...disks }),
            ),
            ['mountpoint'],
          ),
          legend: '{{mountpoint}}',
        },
      ],
      limits: { yellow: 0.2, red: 0.05, falling: true },
      alerts: ['DiskFull', 'DiskFillsSoon'],
    },
    {
      title: 'Disks busy',
      description: 'Share of the time in which each disk works.',
      kind: 'lines',
      unit: 'percentunit',
      width: 8,
      queries: [{ expr: rate(nodeDiskIoSeconds, '$__rate_interval', node), legend: '{{device}}' }],
    },
    {
      title: 'Network',
      description: 'Bytes received and sent by the machine.',
      kind: 'lines',
      unit: 'Bps',
      width: 8,
      queries: [
        { expr: sum(rate(nodeNetworkReceived, '$__rate_interval', node)), legend: 'received' },
        { expr: sum(rate(nodeNetworkSent, '$__rate_interval', node)), legend: 'sent' },
      ],
    },
    {
      title: 'Load',
      description: 'Processes that run or want to, average of a minute.',
      kind: 'lines',
      unit: 'none',
      width: 8,
      queries: [{ expr: value(nodeLoad1, node), legend: '{{instance}}' }],
    },
  ],
}

function busy() {
  return minus(times(avg(rate(nodeCpuSeconds, '$__rate_interval', { ...node, mode: 'idle' })), -1), -1)
}
