import { Registry } from 'prom-client'

/** In the place of platform/metrics/metrics.ts and process-metrics.ts: the same exports, and nothing is measured. */
export { defineCounter, defineGauge, defineHistogram } from '../../src/platform/metrics/metrics.ts'
export { buildInfo, memoryLimitBytes } from '../../src/platform/metrics/process-metrics.ts'

const nothing = () => {}

export function createMetrics(): Registry {
  return new Registry()
}

export function counter() {
  return Object.assign(() => {}, { series: () => nothing })
}

export const histogram = counter

export function gauge() {
  return nothing
}

export const boundedGauge = nothing
export const observeProcess = nothing
