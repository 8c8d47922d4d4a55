import type { AlertName } from '../index.ts'
import { apiCases, objectiveCases } from './api.ts'
import { assessmentCases } from './assessment.ts'
import type { AlertCase } from './case.ts'
import { databaseCases } from './database.ts'
import { hostCases } from './host.ts'
import { monitoringCases } from './monitoring.ts'
import { securityCases } from './security.ts'
import { workCases } from './work.ts'

/** What shows that each alert fires when it must and is silent when it must; one without does not compile. */
export const cases: Readonly<Record<AlertName, AlertCase>> = {
  ...apiCases,
  ...objectiveCases,
  ...hostCases,
  ...databaseCases,
  ...workCases,
  ...assessmentCases,
  ...securityCases,
  ...monitoringCases,
}
