import { defineCounter, defineGauge } from '#platform/metrics/metrics.ts'

export const lessonsCompletedTotal = defineCounter({
  name: 'lms_lessons_completed_total',
  help: 'Lessons completed, by the rule that completed them.',
  labels: { rule: ['mark', 'time', 'pass'] },
})

export const lessonRefusalsTotal = defineCounter({
  name: 'lms_lesson_completion_refusals_total',
  help: 'Lessons that a student could not mark as complete, by what was missing.',
  labels: { reason: ['time', 'pass', 'prerequisite', 'release', 'not-active'] },
})

export const courseCompletionsTotal = defineCounter({
  name: 'lms_course_completions_total',
  help: 'Courses completed by a student.',
  labels: {},
})

export const heartbeatsTotal = defineCounter({
  name: 'lms_heartbeats_total',
  help: 'Heartbeats of open lessons: credited with time, or the first of a sitting.',
  labels: { outcome: ['credited', 'first'] },
})

export const learningSecondsTotal = defineCounter({
  name: 'lms_learning_seconds_total',
  help: 'Time that students spent in lessons, as measured from heartbeats.',
  labels: {},
})

export const studentsActive = defineGauge({
  name: 'lms_students_active',
  help: 'Students who learnt in the last days, today (UTC) included. The same in every process.',
  labels: { days: ['1', '7', '30'] },
})

export const courseProgressAverage = defineGauge({
  name: 'lms_course_progress_average_percent',
  help: 'Average progress of all enrollments, those that ended included. The same in every process.',
  labels: {},
})
