import { submissionsWaitingOldest } from '#modules/assignments/metrics.ts'
import { certificateRenderFailuresTotal } from '#modules/certificates/metrics.ts'
import {
  answerSaveFailuresTotal,
  answersSavedTotal,
  gradingOldestSeconds,
  sweepLagSeconds,
} from '#modules/quizzes/metrics.ts'
import { type AlertCase, api, burst, rising, type Series, series, steady, worker } from './case.ts'

const DAY = 86_400

/** In each interval; five minutes have 20. */
function saves(saved: number, faults: number): Series[] {
  return [
    series(answersSavedTotal, { ...api(), timing: 'in-time' }, rising(saved)),
    series(answerSaveFailuresTotal, { ...api(), reason: 'fault' }, rising(faults)),
    series(answerSaveFailuresTotal, { ...api(), reason: 'time-over' }, rising(5)),
  ]
}

export const assessmentCases = {
  AutosaveFailing: {
    fires: { series: saves(10, 0.3), at: '10m', notYet: '30s' },
    quiet: [
      { series: saves(20, 0.3), at: '10m' },
      { series: saves(1, 0.15), at: '10m' },
    ],
  },
  QuizDeadlinesLate: {
    fires: { series: [series(sweepLagSeconds, api(), '0+15x400')], at: '9m', notYet: '7m' },
    quiet: [{ series: [series(sweepLagSeconds, api(), steady(280))], at: '20m' }],
  },
  GradingBacklog: {
    fires: {
      series: [
        series(gradingOldestSeconds, api(), steady(0)),
        series(gradingOldestSeconds, worker(), steady(15 * DAY)),
        series(submissionsWaitingOldest, api(), steady(15 * DAY)),
      ],
      at: '80m',
      notYet: '50m',
    },
    quiet: [
      {
        series: [
          series(gradingOldestSeconds, api(), steady(13 * DAY)),
          series(submissionsWaitingOldest, api(), steady(13 * DAY)),
        ],
        at: '80m',
      },
    ],
  },
  CertificateDocumentsFailing: {
    fires: {
      series: [series(certificateRenderFailuresTotal, { ...worker(), reason: 'storage' }, burst(1, 5, 40))],
      at: '15m',
      notYet: '11m15s',
    },
    quiet: [
      {
        series: [series(certificateRenderFailuresTotal, { ...worker(), reason: 'storage' }, burst(1, 2, 40))],
        at: '15m',
      },
    ],
  },
} as const satisfies Record<string, AlertCase>
