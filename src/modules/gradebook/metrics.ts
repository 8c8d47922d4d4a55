import { defineCounter } from '#platform/metrics/metrics.ts'

export const gradeChangesTotal = defineCounter({
  name: 'lms_grade_changes_total',
  help: 'Grades that staff changed by hand, by what was done.',
  labels: { change: ['graded', 'cleared', 'overridden', 'override-removed', 'excused', 'excuse-removed'] },
})

export const gradebookExportsTotal = defineCounter({
  name: 'lms_gradebook_exports_total',
  help: 'Exports of gradebooks as CSV, by how they ended.',
  labels: { outcome: ['complete', 'broken-off'] },
})
