import { apiOverview } from './api-overview.ts'
import { coursePerformance } from './course-performance.ts'
import type { Dashboard } from './panel.ts'
import { securityEvents } from './security-events.ts'
import { studentProgress } from './student-progress.ts'
import { systemHealth } from './system-health.ts'

export const dashboards: readonly Dashboard[] = [
  apiOverview,
  coursePerformance,
  studentProgress,
  securityEvents,
  systemHealth,
]
