import { describeCounter, describeGauge } from '../promql/index.ts'

/** Prometheus about itself. */
export const prometheusReloadSucceeded = describeGauge(
  'prometheus_config_last_reload_successful',
  '1 when Prometheus accepted its last configuration.',
  {},
)
export const prometheusRuleFailures = describeCounter(
  'prometheus_rule_evaluation_failures_total',
  'Rules that could not be evaluated.',
  { rule_group: [] },
)
export const prometheusSeries = describeGauge('prometheus_tsdb_head_series', 'Series in memory.', {})
export const prometheusSampleLimitExceeded = describeCounter(
  'prometheus_target_scrapes_exceeded_sample_limit_total',
  'Scrapes thrown away because a target had more series than its job allows.',
  {},
)
export const prometheusNotificationErrors = describeCounter(
  'prometheus_notifications_errors_total',
  'Alerts that Prometheus could not hand to Alertmanager.',
  { alertmanager: [] },
)
export const prometheusAlertmanagers = describeGauge(
  'prometheus_notifications_alertmanagers_discovered',
  'Alertmanagers that Prometheus knows.',
  {},
)
export const prometheusStorageBytes = describeGauge(
  'prometheus_tsdb_storage_blocks_bytes',
  'Size of the stored blocks.',
  {},
)
/** Made by Prometheus for every alert that is pending or firing. */
export const alertsActive = describeGauge('ALERTS', 'Alerts that are pending or firing.', {
  alertname: [],
  alertstate: ['pending', 'firing'],
  severity: ['critical', 'warning', 'info', 'none'],
})

/** Alertmanager. */
const integration = { integration: ['webhook', 'email'] } as const
export const alertmanagerReloadSucceeded = describeGauge(
  'alertmanager_config_last_reload_successful',
  '1 when Alertmanager accepted its last configuration.',
  {},
)
export const alertmanagerNotifications = describeCounter('alertmanager_notifications_total', 'Notifications sent.', {
  ...integration,
  receiver_name: [],
})
export const alertmanagerNotificationsFailed = describeCounter(
  'alertmanager_notifications_failed_total',
  'Notifications that could not be sent.',
  {
    ...integration,
    receiver_name: [],
    reason: ['clientError', 'serverError', 'contextCanceled', 'contextDeadlineExceeded', 'other'],
  },
)

/** Grafana, by its documentation: https://grafana.com/docs/grafana/latest/setup-grafana/set-up-grafana-monitoring/ */
export const grafanaBuild = describeGauge('grafana_build_info', 'The version of Grafana that runs.', {
  version: [],
  edition: [],
})
