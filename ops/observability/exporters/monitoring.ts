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
export const alertmanagerNotificationsFailed = describeCounter(
  'alertmanager_notifications_failed_total',
  'Notifications that could not be sent.',
  {
    ...integration,
    receiver_name: [],
    reason: ['clientError', 'serverError', 'contextCanceled', 'contextDeadlineExceeded', 'other'],
  },
)
