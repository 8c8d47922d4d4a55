import type { GradebookDeps } from './deps.ts'
import { createChanging } from './grades/changing.ts'
import { createGradeReading } from './grades/reading.ts'
import { createExport } from './reports/export.ts'
import { createGradebookReading } from './reports/gradebook.ts'
import { createStudentReading } from './reports/student.ts'
import { createCategories } from './setup/categories.ts'
import { createItems } from './setup/manual-items.ts'
import { createScale } from './setup/scale.ts'

export type GradebookService = ReturnType<typeof createGradebook>

/** All that staff and students do with grades; each part is a file of its own. */
export function createGradebook(deps: GradebookDeps) {
  const { readGradebook, readRows } = createGradebookReading(deps)
  return {
    ...createCategories(deps),
    ...createItems(deps),
    ...createScale(deps),
    ...createGradeReading(deps),
    ...createChanging(deps),
    ...createStudentReading(deps),
    ...createExport({ ...deps, readRows }),
    readGradebook,
  }
}
