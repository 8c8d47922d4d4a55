import type { AlertName } from './rules/index.ts'
import { yaml } from './yaml.ts'

const objective = ['ErrorBudgetBurnFast', 'ErrorBudgetBurn', 'ErrorBudgetBurnSlow', 'ErrorBudgetSpent'] as const
const requestsSuffer = [...objective, 'ApiLatencyHigh', 'ApiRouteFailing', 'AutosaveFailing'] as const
const jobsWait = ['JobsStuck', 'JobsLate', 'JobBacklogLong', 'JobsFailing', 'MailFailing', 'QuizDeadlinesLate'] as const

interface Suppression {
  readonly cause: AlertName
  readonly effects: readonly AlertName[]
  /** Labels that both must have alike. */
  readonly equal: readonly ('environment' | 'instance' | 'mountpoint' | 'job_name')[]
}

const environment = ['environment'] as const

/** One cause pages once: while it fires, what follows from it is silent. */
export const suppressions: readonly Suppression[] = [
  {
    cause: 'PostgresDown',
    effects: [
      ...requestsSuffer,
      ...jobsWait,
      'SiteUnreachable',
      'EventLoopBlocked',
      'PoolExhausted',
      'QueriesSlow',
      'CrashLoop',
      'ApiReplicaDown',
      'WorkerDown',
      'WorkersGone',
    ],
    equal: environment,
  },
  {
    cause: 'RedisDown',
    effects: [
      ...requestsSuffer,
      ...jobsWait,
      'SiteUnreachable',
      'TokenBlacklistUnavailable',
      'ThrottlesLocal',
      'RedisRefusesWrites',
      'RedisNotPersisted',
    ],
    equal: environment,
  },
  {
    cause: 'RedisRefusesWrites',
    effects: [...jobsWait, 'TokenBlacklistUnavailable', 'RedisMemoryHigh'],
    equal: environment,
  },
  {
    cause: 'ApiDown',
    effects: [...requestsSuffer, 'SiteUnreachable', 'ApiReplicaDown', 'CrashLoop', 'MixedReleases'],
    equal: environment,
  },
  { cause: 'CrashLoop', effects: ['ApiReplicaDown', 'WorkerDown'], equal: environment },
  {
    cause: 'SiteUnreachable',
    effects: [...objective, 'CertificateExpires', 'CertificateExpiresSoon'],
    equal: environment,
  },
  {
    cause: 'ErrorBudgetBurnFast',
    effects: ['ErrorBudgetBurn', 'ErrorBudgetBurnSlow', 'ErrorBudgetSpent', 'ApiRouteFailing'],
    equal: environment,
  },
  { cause: 'ErrorBudgetBurn', effects: ['ErrorBudgetBurnSlow', 'ErrorBudgetSpent'], equal: environment },
  { cause: 'ErrorBudgetBurnSlow', effects: ['ErrorBudgetSpent'], equal: environment },
  { cause: 'WorkersGone', effects: [...jobsWait, 'WorkerDown'], equal: environment },
  { cause: 'JobsStuck', effects: ['JobsLate', 'JobBacklogLong'], equal: ['environment', 'job_name'] },
  { cause: 'FailedLoginsSurge', effects: ['RateLimitSurge', 'ApiLatencyHigh'], equal: environment },
  { cause: 'DiskFull', effects: ['DiskFillsSoon', 'RedisNotPersisted', 'BackupOld'], equal: [] },
  { cause: 'HostOutOfMemory', effects: ['HostMemoryLow', 'ProcessMemoryHigh'], equal: [] },
  { cause: 'CertificateExpires', effects: ['CertificateExpiresSoon'], equal: ['instance'] },
]

const webhook = (name: string, file: string) => ({
  name,
  webhook_configs: [{ url_file: `/run/secrets/${file}`, send_resolved: true }],
})

/** alertmanager.yml; with `mail` also by mail, whose CAPITALS the container's start replaces by settings. */
export function alertmanagerConfiguration({ mail }: { readonly mail: boolean }): string {
  const mailed = mail && { email_configs: [{ to: 'ALERT_MAIL_TO', send_resolved: true }] }
  return `# Generated from ops/observability/alertmanager.ts by "npm run generate": do not edit.
# Alertmanager expands no variables: addresses are in files that compose writes from ALERTMANAGER_WEBHOOK_URL and others.
${yaml({
  global: {
    resolve_timeout: '5m',
    ...(mail && {
      smtp_smarthost: 'ALERT_SMTP_HOST',
      smtp_from: 'ALERT_MAIL_FROM',
      smtp_auth_username: 'ALERT_SMTP_USERNAME',
      smtp_auth_password_file: '/run/secrets/alert_smtp_password',
    }),
  },
  route: {
    receiver: 'webhook-default',
    group_by: ['alertname', 'job', 'severity'],
    group_wait: '30s',
    group_interval: '5m',
    repeat_interval: '2h',
    routes: [
      // Every five minutes; whoever misses two of them raises the alarm.
      {
        receiver: 'heartbeat',
        matchers: ['alertname="Watchdog"'],
        group_wait: '0s',
        group_interval: '1m',
        repeat_interval: '5m',
      },
      { receiver: 'webhook-critical', matchers: ['severity="critical"'], group_wait: '10s', group_interval: '1m' },
      { receiver: 'webhook-warning', matchers: ['severity="warning"'], repeat_interval: '12h' },
    ],
  },
  inhibit_rules: suppressions.map(({ cause, effects, equal }) => ({
    source_matchers: [`alertname="${cause}"`],
    target_matchers: [`alertname=~"${effects.join('|')}"`],
    ...(equal.length > 0 && { equal }),
  })),
  receivers: [
    webhook('webhook-default', 'alertmanager_webhook_url'),
    { ...webhook('webhook-critical', 'alertmanager_webhook_url'), ...mailed },
    { ...webhook('webhook-warning', 'alertmanager_warning_webhook_url'), ...mailed },
    {
      name: 'heartbeat',
      webhook_configs: [{ url_file: '/run/secrets/alertmanager_heartbeat_url', send_resolved: false }],
    },
  ],
})}`
}
