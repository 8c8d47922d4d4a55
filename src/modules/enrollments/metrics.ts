import { defineCounter, defineGauge } from '#platform/metrics/metrics.ts'

export const enrollmentsTotal = defineCounter({
  name: 'lms_enrollments_total',
  help: 'Enrollments begun or taken up again, by who asked for them.',
  labels: { source: ['self', 'staff', 'import'] },
})

export const enrollmentsEndedTotal = defineCounter({
  name: 'lms_enrollments_ended_total',
  help: 'Enrollments that ended, by how.',
  labels: { reason: ['left', 'removed', 'expired'] },
})

export const enrollmentRefusalsTotal = defineCounter({
  name: 'lms_enrollment_refusals_total',
  help: 'Students who could not enroll, by reason.',
  labels: { reason: ['full', 'prerequisites', 'not-open', 'self-enrollment-off', 'staff-only-return'] },
})

export const enrollmentsActive = defineGauge({
  name: 'lms_enrollments_active',
  help: 'Enrollments that are active. The same in every process.',
  labels: {},
})
