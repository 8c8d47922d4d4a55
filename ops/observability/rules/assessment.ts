import { submissionsWaitingOldest } from '#modules/assignments/metrics.ts'
import { certificateRenderFailuresTotal } from '#modules/certificates/metrics.ts'
import {
  answerSaveFailuresTotal,
  answersSavedTotal,
  gradingOldestSeconds,
  sweepLagSeconds,
} from '#modules/quizzes/metrics.ts'
import { above, and, increase, max, or, plus, ratio, sum, value } from '../promql/index.ts'
import { notAfter, outages } from './aftermath.ts'
import { alert } from './rule.ts'

const byEnvironment = ['environment'] as const
const dashboard = 'lms-student-progress'
const DAY = 86_400

const faults = sum(increase(answerSaveFailuresTotal, '5m', { reason: 'fault' }), byEnvironment)
const saved = sum(increase(answersSavedTotal, '5m'), byEnvironment)

export const assessmentAlerts = [
  alert({
    name: 'AutosaveFailing',
    severity: 'critical',
    summary:
      '{{ $value | humanizePercentage }} of the answers of students in quizzes cannot be saved: their work is at risk.',
    when: notAfter(outages, '5m', and(above(ratio(faults, plus(saved, faults)), 0.02), above(faults, 4))),
    for: '1m',
    keepFiringFor: '5m',
    dashboard,
  }),
  alert({
    name: 'QuizDeadlinesLate',
    severity: 'warning',
    summary: 'An attempt whose time is over has not been handed in for {{ $value | humanizeDuration }}.',
    when: above(max(value(sweepLagSeconds), byEnvironment), 300),
    for: '3m',
    keepFiringFor: '5m',
    dashboard,
  }),
  alert({
    name: 'GradingBacklog',
    severity: 'warning',
    summary: 'A student has waited for a grade for {{ $value | humanizeDuration }} in {{ $labels.environment }}.',
    when: or(
      above(max(value(gradingOldestSeconds), byEnvironment), 14 * DAY),
      above(max(value(submissionsWaitingOldest), byEnvironment), 14 * DAY),
    ),
    for: '1h',
    dashboard,
  }),
  alert({
    name: 'CertificateDocumentsFailing',
    severity: 'warning',
    summary: '{{ $value | humanize }} certificates could not be made into documents within an hour.',
    when: above(sum(increase(certificateRenderFailuresTotal, '1h'), byEnvironment), 3),
    for: '1m',
    keepFiringFor: '5m',
    dashboard: 'lms-course-performance',
  }),
]
