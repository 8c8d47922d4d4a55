import { defineCounter, defineHistogram } from '#platform/metrics/metrics.ts'

export const certificatesIssuedTotal = defineCounter({
  name: 'lms_certificates_issued_total',
  help: 'Certificates issued, by what led to it.',
  labels: { cause: ['completion', 'staff', 'reissue'] },
})

export const certificatesRevokedTotal = defineCounter({
  name: 'lms_certificates_revoked_total',
  help: 'Certificates that no longer count: revoked, or replaced by another.',
  labels: { reason: ['revoked', 'replaced'] },
})

export const certificateRenderFailuresTotal = defineCounter({
  name: 'lms_certificate_render_failures_total',
  help: 'Documents that could not be made, by why: no font has a character, Typst failed, the storage did not take it.',
  labels: { reason: ['characters', 'typesetting', 'storage'] },
})

export const certificateRenderSeconds = defineHistogram({
  name: 'lms_certificate_render_seconds',
  help: 'Making the PDF of a certificate, without storing it.',
  labels: {},
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
})

export const certificateVerificationsTotal = defineCounter({
  name: 'lms_certificate_verifications_total',
  help: 'Questions whether a certificate counts, by the answer.',
  labels: { answer: ['valid', 'revoked', 'unknown', 'mistyped'] },
})
