import {
  submissionsGradedTotal,
  submissionsTotal,
  submissionsWaiting,
  submissionsWaitingOldest,
} from '#modules/assignments/metrics.ts'
import {
  certificateRenderFailuresTotal,
  certificatesIssuedTotal,
  certificateVerificationsTotal,
} from '#modules/certificates/metrics.ts'
import {
  answerSaveFailuresTotal,
  answersSavedTotal,
  attemptsAwaitingGrading,
  attemptsGradedTotal,
  attemptsOpen,
  attemptsStartedTotal,
  attemptsSubmittedTotal,
  gradingOldestSeconds,
  sweepLagSeconds,
} from '#modules/quizzes/metrics.ts'
import { increase, max, rate, ratio, sum, value } from '../promql/index.ts'
import { here, type Row } from './panel.ts'

export const assessment: Row = {
  title: 'Quizzes and assignments',
  panels: [
    {
      title: 'Quiz attempt statistics',
      description: 'Attempts begun, handed in by students, ended at their deadline, and graded, in each hour.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      queries: [
        { expr: sum(increase(attemptsStartedTotal, '1h', here)), legend: 'begun' },
        { expr: sum(increase(attemptsSubmittedTotal, '1h', here), ['by']), legend: 'handed in by {{by}}' },
        { expr: sum(increase(attemptsGradedTotal, '1h', here), ['outcome']), legend: '{{outcome}}' },
      ],
    },
    {
      title: 'Quiz attempts passed',
      description: 'Share of the attempts graded in a day that reach the passing score.',
      kind: 'lines',
      unit: 'percentunit',
      width: 6,
      queries: [
        {
          expr: ratio(
            sum(increase(attemptsGradedTotal, '1d', { ...here, outcome: 'passed' })),
            sum(increase(attemptsGradedTotal, '1d', here)),
          ),
          legend: 'passed',
        },
      ],
    },
    {
      title: 'Quiz attempts going on',
      description: 'Students who answer a quiz right now: a bad moment for maintenance.',
      kind: 'lines',
      unit: 'short',
      width: 6,
      queries: [{ expr: max(value(attemptsOpen, here)), legend: 'open' }],
    },
    {
      title: 'Saved answers',
      description: 'Answers saved a second, and those that were not, by reason. A fault of ours loses work.',
      kind: 'lines',
      unit: 'ops',
      width: 12,
      queries: [
        { expr: sum(rate(answersSavedTotal, '$__rate_interval', here), ['timing']), legend: 'saved {{timing}}' },
        {
          expr: sum(rate(answerSaveFailuresTotal, '$__rate_interval', here), ['reason']),
          legend: 'not saved: {{reason}}',
        },
      ],
      alerts: ['AutosaveFailing'],
    },
    {
      title: 'Waiting to be graded',
      description: 'Attempts and submissions that a person must grade.',
      kind: 'lines',
      unit: 'short',
      width: 6,
      queries: [
        { expr: max(value(attemptsAwaitingGrading, here)), legend: 'quiz attempts' },
        { expr: max(value(submissionsWaiting, here)), legend: 'submissions' },
      ],
      alerts: ['GradingBacklog'],
    },
    {
      title: 'Oldest work not graded',
      description: 'How long the oldest of them has waited.',
      kind: 'lines',
      unit: 's',
      width: 6,
      queries: [
        { expr: max(value(gradingOldestSeconds, here)), legend: 'quiz attempt' },
        { expr: max(value(submissionsWaitingOldest, here)), legend: 'submission' },
      ],
      limits: { yellow: 7 * 86_400, red: 14 * 86_400 },
      alerts: ['GradingBacklog'],
    },
    {
      title: 'Submissions',
      description: 'Submissions of assignments and grades given, in each day.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      queries: [
        { expr: sum(increase(submissionsTotal, '1d', here), ['timing']), legend: 'handed in {{timing}}' },
        { expr: sum(increase(submissionsGradedTotal, '1d', here), ['outcome']), legend: 'graded: {{outcome}}' },
      ],
    },
    {
      title: 'Attempts overdue',
      description: 'How long the attempt whose time ended first has not been handed in by the system.',
      kind: 'lines',
      unit: 's',
      width: 12,
      queries: [{ expr: max(value(sweepLagSeconds, here)), legend: 'overdue' }],
      limits: { yellow: 60, red: 300 },
      alerts: ['QuizDeadlinesLate'],
    },
  ],
}

export const certificates: Row = {
  title: 'Certificates',
  panels: [
    {
      title: 'Certificates issued',
      description: 'In each day, by what led to it, and documents that could not be made.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [
        { expr: sum(increase(certificatesIssuedTotal, '1d', here), ['cause']), legend: '{{cause}}' },
        { expr: sum(increase(certificateRenderFailuresTotal, '1d', here), ['reason']), legend: 'failed: {{reason}}' },
      ],
      alerts: ['CertificateDocumentsFailing'],
    },
    {
      title: 'Certificates verified',
      description: 'Questions of third parties whether a certificate counts, in each day, by the answer.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [{ expr: sum(increase(certificateVerificationsTotal, '1d', here), ['answer']), legend: '{{answer}}' }],
    },
  ],
}
