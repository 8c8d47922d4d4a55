export { createGradeItem, removeGradeItem, updateGradeItem } from './items.ts'
export { recordGrade } from './recording.ts'
export type { GradebookDatabase } from './tables.ts'
