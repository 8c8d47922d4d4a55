import { defineCounter, defineGauge } from '#platform/metrics/metrics.ts'

export const coursesStored = defineGauge({
  name: 'lms_courses',
  help: 'Courses in the database by status; the same number in every process, at most a minute old.',
  labels: { status: ['draft', 'published', 'archived'] },
})

export const courseChangesTotal = defineCounter({
  name: 'lms_course_changes_total',
  help: 'Steps in the life of courses that this process committed.',
  labels: { change: ['created', 'published', 'archived', 'deleted'] },
})

export const publicDocumentsTotal = defineCounter({
  name: 'lms_course_documents_total',
  help: 'Public documents of courses that were sent: kept ones, and such as were made from the database.',
  labels: { source: ['kept', 'made'] },
})
