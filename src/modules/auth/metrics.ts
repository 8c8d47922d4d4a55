import { defineCounter } from '#platform/metrics/metrics.ts'

export const authenticationsTotal = defineCounter({
  name: 'lms_auth_attempts_total',
  help: 'Attempts to log in, refresh or register, by outcome.',
  labels: {
    action: ['login', 'refresh', 'register'],
    outcome: ['success', 'failure', 'throttled'],
  },
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
