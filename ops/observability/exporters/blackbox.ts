import { describeGauge } from '../promql/index.ts'

/** The public address as a client sees it, by blackbox_exporter. */
export const probeSuccess = describeGauge('probe_success', '1 when the public address answered as it must.', {})
export const probeSeconds = describeGauge('probe_duration_seconds', 'How long the whole probe took.', {})
export const probeCertificateExpiry = describeGauge(
  'probe_ssl_earliest_cert_expiry',
  'When the first certificate of the chain expires.',
  {},
)
