export type { ProgressDatabase } from './tables.ts'
