import { defineGauge } from '#platform/metrics/metrics.ts'

export const courseCompletionPercent = defineGauge({
  name: 'lms_course_completion_percent',
  help: 'Enrollments whose course was completed, of all enrollments. The same in every process.',
  labels: {},
})

export const popularCourses = defineGauge({
  name: 'lms_popular_course_enrollments',
  help: 'Active enrollments of the ten published courses that have most, by the slug of the course. The same in every process.',
  labels: { course: [] },
})

export const POPULAR_COURSES_MAX = 10
