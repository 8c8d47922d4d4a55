export type { CoursesDatabase } from './tables.ts'
