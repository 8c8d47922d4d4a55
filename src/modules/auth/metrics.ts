import { defineCounter } from '#platform/metrics/metrics.ts'

export const authenticationsTotal = defineCounter({
  name: 'lms_auth_attempts_total',
  help: 'Attempts to log in, to answer with a second factor or to refresh, by outcome; challenged: a code was asked for.',
  labels: {
    action: ['login', 'second-factor', 'refresh'],
    outcome: ['success', 'failure', 'challenged', 'throttled'],
  },
})

export const throttledTotal = defineCounter({
  name: 'lms_auth_throttled_total',
  help: 'Attempts refused because too many before them failed, by what had to wait: the account or the network.',
  labels: { scope: ['account', 'network'] },
})

export const sessionsEndedTotal = defineCounter({
  name: 'lms_auth_sessions_ended_total',
  help: 'Sessions that ended before they expired, by reason.',
  labels: {
    reason: [
      'logged-out',
      'logged-out-everywhere',
      'ended-by-owner',
      'refresh-token-reused',
      'password-changed',
      'password-reset',
      'deactivated',
    ],
  },
})

export const totpChangesTotal = defineCounter({
  name: 'lms_auth_totp_changes_total',
  help: 'Accounts that switched the second factor on or off.',
  labels: { change: ['enabled', 'disabled'] },
})

export const tokenRejectionsTotal = defineCounter({
  name: 'lms_auth_token_rejections_total',
  help: 'Access tokens that were refused, by reason.',
  labels: { reason: ['missing', 'invalid', 'expired', 'revoked'] },
})

export const blacklistUnavailableTotal = defineCounter({
  name: 'lms_auth_blacklist_unavailable_total',
  help: 'Authenticated requests that met an unreachable token blacklist, and what became of them.',
  labels: { outcome: ['refused', 'accepted'] },
})
