import { defineGauge } from '#platform/metrics/metrics.ts'

export const maintenanceActive = defineGauge({
  name: 'lms_maintenance_active',
  help: '1 while everybody but administrators is answered 503 on purpose, else 0.',
  labels: {},
})

export const maintenanceOverdueSeconds = defineGauge({
  name: 'lms_maintenance_overdue_seconds',
  help: 'How long maintenance has lasted beyond its expected end; 0 without maintenance, or without an expected end.',
  labels: {},
})
