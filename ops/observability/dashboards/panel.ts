import { chosen, type Expression } from '../promql/index.ts'
import type { AlertName } from '../rules/index.ts'
import type { DashboardUid } from '../rules/rule.ts'

export type Unit =
  | 'reqps'
  | 's'
  | 'percentunit'
  | 'percent'
  | 'bytes'
  | 'Bps'
  | 'short'
  | 'ops'
  | 'dtdurations'
  | 'none'

export interface Query {
  readonly expr: Expression
  /** `{{label}}` is replaced by the label's value. */
  readonly legend: string
}

export interface Panel {
  readonly title: string
  /** What it shows, and what an operator can conclude. */
  readonly description: string
  /** Lines over time; one number; a ranking; or states (1: well, 0: not). */
  readonly kind: 'lines' | 'stacked' | 'number' | 'ranking' | 'states'
  readonly unit: Unit
  readonly queries: readonly Query[]
  /** Of the grid's 24 columns; lines take 8 or 12, numbers 4 or 6. */
  readonly width?: 4 | 6 | 8 | 12 | 24
  /** From here on it is yellow, then red; `falling`: from here down. */
  readonly limits?: { readonly yellow: number; readonly red: number; readonly falling?: true }
  /** Alerts that look at the same, whose runbooks the panel links. */
  readonly alerts?: readonly AlertName[]
}

export interface Row {
  readonly title: string
  readonly panels: readonly Panel[]
}

export interface Dashboard {
  readonly uid: DashboardUid
  readonly title: string
  readonly description: string
  readonly rows: readonly Row[]
}

/** Of the environments that the reader chose. */
export const here = { environment: chosen('environment') } as const
/** Of the processes that the reader chose, too. */
export const these = { ...here, instance: chosen('instance') } as const
