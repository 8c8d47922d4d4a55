export type { EnrollmentsDatabase } from './tables.ts'
