import {
  nodeClockOffset,
  nodeCpuSeconds,
  nodeFilesystemAvailable,
  nodeFilesystemFiles,
  nodeFilesystemFilesFree,
  nodeFilesystemReadonly,
  nodeFilesystemSize,
  nodeMemoryAvailable,
  nodeMemoryTotal,
  nodeOomKills,
} from '../../exporters/node.ts'
import { type AlertCase, rising, series, steady, target } from './case.ts'

const node = target('node')
const disk = { ...node, device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' } as const
const size = series(nodeFilesystemSize, disk, '100x5000')

function idle(share: number) {
  return ['0', '1'].map((cpu) => series(nodeCpuSeconds, { ...node, cpu, mode: 'idle' }, rising(15 * share)))
}

export const hostCases = {
  HostCpuHigh: {
    fires: { series: idle(0.07), at: '30m', notYet: '12m' },
    quiet: [{ series: idle(0.13), at: '30m' }],
  },
  HostMemoryLow: {
    fires: {
      series: [series(nodeMemoryAvailable, node, steady(7)), series(nodeMemoryTotal, node, steady(100))],
      at: '30m',
      notYet: '8m',
    },
    quiet: [
      {
        series: [series(nodeMemoryAvailable, node, steady(13)), series(nodeMemoryTotal, node, steady(100))],
        at: '30m',
      },
    ],
  },
  HostOutOfMemory: {
    fires: { series: [series(nodeOomKills, node, '3x20 4x400')], at: '10m' },
    quiet: [{ series: [series(nodeOomKills, node, steady(3))], at: '10m' }],
  },
  DiskFull: {
    fires: { series: [size, series(nodeFilesystemAvailable, disk, steady(4))], at: '10m', notYet: '1m30s' },
    quiet: [{ series: [size, series(nodeFilesystemAvailable, disk, steady(6))], at: '10m' }],
  },
  DiskFillsSoon: {
    // 1.5 of 100 each hour, from 40 on: empty in less than a day.
    fires: { series: [size, series(nodeFilesystemAvailable, disk, '40-0.025x1400')], at: '8h', notYet: '50m' },
    quiet: [
      { series: [size, series(nodeFilesystemAvailable, disk, '39-0.012x1400')], at: '8h' },
      // The same pace on a disk with much room: a big import.
      { series: [size, series(nodeFilesystemAvailable, disk, '90-0.08x500')], at: '8h' },
    ],
    interval: '1m',
  },
  DiskInodesLow: {
    fires: {
      series: [series(nodeFilesystemFiles, disk, steady(100)), series(nodeFilesystemFilesFree, disk, steady(4))],
      at: '30m',
      notYet: '8m',
    },
    quiet: [
      {
        series: [series(nodeFilesystemFiles, disk, steady(100)), series(nodeFilesystemFilesFree, disk, steady(6))],
        at: '30m',
      },
    ],
  },
  DiskReadOnly: {
    fires: { series: [series(nodeFilesystemReadonly, disk, '0x4 1x400')], at: '10m', notYet: '2m' },
    quiet: [{ series: [series(nodeFilesystemReadonly, disk, steady(0))], at: '10m' }],
  },
  ClockOff: {
    fires: { series: [series(nodeClockOffset, node, steady(-0.7))], at: '30m', notYet: '8m' },
    quiet: [{ series: [series(nodeClockOffset, node, steady(-0.4))], at: '30m' }],
  },
} as const satisfies Record<string, AlertCase>
