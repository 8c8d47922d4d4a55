import { apiAlerts } from './api.ts'
import { assessmentAlerts } from './assessment.ts'
import { databaseAlerts } from './database.ts'
import { hostAlerts } from './host.ts'
import { monitoringAlerts } from './monitoring.ts'
import { objectiveAlerts } from './objective.ts'
import { recordings } from './recordings.ts'
import { securityAlerts } from './security.ts'
import { workAlerts } from './work.ts'

export const alertGroups = {
  api: apiAlerts,
  objective: objectiveAlerts,
  host: hostAlerts,
  database: databaseAlerts,
  work: workAlerts,
  assessment: assessmentAlerts,
  security: securityAlerts,
  monitoring: monitoringAlerts,
} as const

export const alerts = Object.values(alertGroups).flat()
export type AlertName = (typeof alerts)[number]['name']

export { recordings }
