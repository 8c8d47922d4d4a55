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
} from '../exporters/node.ts'
import {
  above,
  absolute,
  and,
  avg,
  below,
  equals,
  increase,
  like,
  overTime,
  per,
  predict,
  rate,
  value,
} from '../promql/index.ts'
import { alert } from './rule.ts'

/** File systems that hold something; the container's own mounts of single files show the same disk again. */
export const disks = { fstype: like('ext[234]|xfs|btrfs|zfs') }
const dashboard = 'lms-system-health'
const keepFiringFor = '5m'

const free = per(value(nodeFilesystemAvailable, disks), value(nodeFilesystemSize, disks))

export const hostAlerts = [
  alert({
    name: 'HostCpuHigh',
    severity: 'warning',
    summary:
      'The processors of {{ $labels.instance }} have been {{ $value | humanizePercentage }} busy for 15 minutes.',
    when: below(avg(rate(nodeCpuSeconds, '5m', { mode: 'idle' }), ['instance']), 0.1),
    for: '15m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'HostMemoryLow',
    severity: 'warning',
    summary: 'Only {{ $value | humanizePercentage }} of the memory of {{ $labels.instance }} is left.',
    when: below(per(value(nodeMemoryAvailable), value(nodeMemoryTotal)), 0.1),
    for: '10m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'HostOutOfMemory',
    severity: 'critical',
    summary: 'The kernel of {{ $labels.instance }} killed {{ $value | humanize }} processes because memory was short.',
    when: above(increase(nodeOomKills, '10m'), 0),
    keepFiringFor: '10m',
    dashboard,
  }),
  alert({
    name: 'DiskFull',
    severity: 'critical',
    summary:
      'Only {{ $value | humanizePercentage }} of {{ $labels.mountpoint }} on {{ $labels.instance }} is free: databases stop at 0.',
    when: below(free, 0.05),
    for: '2m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'DiskFillsSoon',
    severity: 'warning',
    summary: '{{ $labels.mountpoint }} on {{ $labels.instance }} will be full within a day if it goes on like this.',
    when: and(below(predict(nodeFilesystemAvailable, '6h', 86_400, disks), 0), below(free, 0.4), [
      'instance',
      'mountpoint',
      'device',
    ]),
    for: '1h',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'DiskInodesLow',
    severity: 'warning',
    summary:
      'Only {{ $value | humanizePercentage }} of the inodes of {{ $labels.mountpoint }} on {{ $labels.instance }} are free.',
    when: below(per(value(nodeFilesystemFilesFree, disks), value(nodeFilesystemFiles, disks)), 0.05),
    for: '10m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'DiskReadOnly',
    severity: 'critical',
    summary:
      '{{ $labels.mountpoint }} on {{ $labels.instance }} can only be read: the disk is broken or was remounted.',
    when: equals(value(nodeFilesystemReadonly, disks), 1),
    for: '2m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'ClockOff',
    severity: 'warning',
    summary:
      'The clock of {{ $labels.instance }} is {{ $value }} seconds off: tokens and codes of the second factor fail.',
    when: above(absolute(overTime('avg', nodeClockOffset, '5m')), 0.5),
    for: '10m',
    keepFiringFor,
    dashboard,
  }),
]
