export { createMaintenanceFollower, type MaintenanceFollower } from './following.ts'
export { beginMaintenance, endMaintenance, type PresentMaintenance, readMaintenance } from './switching.ts'
export type { MaintenanceDatabase } from './tables.ts'
