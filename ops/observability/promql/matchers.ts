import type { Labels } from '#platform/metrics/metrics.ts'
import type { LabelOf, Metric, ValueOf } from './metric.ts'

interface Operator<V extends string> {
  readonly operator: '=' | '!=' | '=~' | '!~'
  readonly text: string
  /** Only for the compiler: the values this was made of. */
  readonly values?: V
}

export type Matchers<L extends Labels> = {
  readonly [K in LabelOf<L>]?: ValueOf<L, K> | Operator<ValueOf<L, K>>
}

/** One of these values. */
export function oneOf<const V extends string>(...values: readonly V[]): Operator<V> {
  return { operator: '=~', text: values.map(escapePattern).join('|') }
}

/** None of these values. */
export function noneOf<const V extends string>(...values: readonly V[]): Operator<V> {
  return values.length === 1
    ? { operator: '!=', text: values[0] ?? '' }
    : { operator: '!~', text: values.map(escapePattern).join('|') }
}

/** A regular expression over the whole value; only for labels whose values are open. */
export function like(pattern: string): Operator<string> {
  return { operator: '=~', text: pattern }
}

export function unlike(pattern: string): Operator<string> {
  return { operator: '!~', text: pattern }
}

/** What the reader of a dashboard chose; for labels of any kind. */
export function chosen(variable: 'environment' | 'instance'): Operator<never> {
  return { operator: '=~', text: `$${variable}` }
}

/** `name{label="value",…}` */
export function selector<L extends Labels>(metric: Metric<L>, matchers: Matchers<L> = {}): string {
  const parts = Object.entries(matchers as Readonly<Record<string, string | Operator<string> | undefined>>).flatMap(
    ([label, match]) => {
      if (match === undefined) return []
      const { operator, text } = typeof match === 'string' ? { operator: '=', text: match } : match
      return [`${label}${operator}${JSON.stringify(text)}`]
    },
  )
  return parts.length > 0 ? `${metric.name}{${parts.join(',')}}` : metric.name
}

function escapePattern(value: string): string {
  return value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
