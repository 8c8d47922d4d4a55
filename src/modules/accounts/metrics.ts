import { defineCounter } from '#platform/metrics/metrics.ts'

export const accountEventsTotal = defineCounter({
  name: 'lms_account_events_total',
  help: 'What happened to accounts.',
  labels: {
    event: [
      'registered',
      'email-verified',
      'password-changed',
      'password-reset-requested',
      'password-reset',
      'invited',
      'invitation-accepted',
      'deactivated',
      'reactivated',
      'role-changed',
      'administrator-set-up',
    ],
  },
})

export const accountThrottledTotal = defineCounter({
  name: 'lms_account_throttled_total',
  help: 'Registrations and requests for mails that were too many, by what was asked for.',
  labels: { action: ['register', 'password-reset', 'verification-mail'] },
})
