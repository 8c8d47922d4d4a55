import { defineCounter } from '#platform/metrics/metrics.ts'

export const mailsTotal = defineCounter({
  name: 'lms_mails_total',
  help: 'Attempts to send a mail: sent, refused for good, or failed and tried again later.',
  labels: { outcome: ['sent', 'refused', 'failed'] },
})
