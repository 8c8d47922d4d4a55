import { type Duration, describeGauge, type Expression, type Gauge, type TargetLabels } from '../promql/index.ts'

export type Severity = 'critical' | 'warning' | 'none'
export type DashboardUid =
  | 'lms-api-overview'
  | 'lms-course-performance'
  | 'lms-student-progress'
  | 'lms-security-events'
  | 'lms-system-health'

export interface AlertRule<N extends string = string> {
  readonly name: N
  /** `critical` wakes somebody; `warning` waits for the morning; `none` proves that alerts arrive at all. */
  readonly severity: Severity
  /** One sentence that somebody understands who was asleep a minute ago; `{{ $labels.x }}` and `{{ $value }}` work. */
  readonly summary: string
  readonly when: Expression
  /** How long it must be so. */
  readonly for?: Duration
  /** How long it goes on firing afterwards, so that one missed scrape does not end and repeat it. */
  readonly keepFiringFor?: Duration
  readonly dashboard: DashboardUid
}

export function alert<const N extends string>(rule: AlertRule<N>): AlertRule<N> {
  return rule
}

export interface RecordingRule<M extends Gauge = Gauge> {
  readonly metric: M
  readonly as: Expression
}

/** A stored expression, and the metric it becomes; names are `level:metric:operations`. */
export function record<const B extends keyof TargetLabels>(
  name: `${string}:${string}:${string}`,
  help: string,
  as: Expression<B>,
): RecordingRule<Gauge<Record<never, never>>> {
  return { metric: describeGauge(name, help, {}), as }
}

/** `ApiDown` is explained in docs/runbooks/api-down.md. */
export function runbookOf(name: string): string {
  return `${name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()}.md`
}
