import { defineCounter, defineGauge } from '#platform/metrics/metrics.ts'

export const submissionsTotal = defineCounter({
  name: 'lms_submissions_total',
  help: 'What students have handed in for assignments, each version once.',
  labels: { timing: ['on-time', 'late'] },
})

export const submissionsGradedTotal = defineCounter({
  name: 'lms_submissions_graded_total',
  help: 'Grades given for submissions, by whether they pass. Grading again counts again.',
  labels: { outcome: ['passed', 'failed'] },
})

export const submissionsWaiting = defineGauge({
  name: 'lms_submissions_waiting',
  help: 'Submissions whose latest version nobody has graded. The same in every process.',
  labels: {},
})

export const submissionsWaitingOldest = defineGauge({
  name: 'lms_submissions_waiting_oldest_seconds',
  help: 'Age of the oldest submission that waits to be graded; 0 when none does. The same in every process.',
  labels: {},
})
