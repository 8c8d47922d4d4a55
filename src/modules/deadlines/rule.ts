import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import { openTimeZone, type TimeZone } from '#platform/time/time-zone.ts'
import { momentFault, readMoment, timeZoneFault } from './moment.ts'

/** When a quiz or an assignment is open, as its author wrote it. Moments are those of `moment.ts`. */
export interface DeadlineRule {
  /** IANA name of the time zone in which local moments are meant. */
  readonly timeZone: string
  /** Null: open from the start. */
  readonly opens: string | null
  /** From then on work is late. Null: never. */
  readonly due: string | null
  /** The cut-off: nothing is begun or handed in after it. Null: none. */
  readonly closes: string | null
  /** Of one attempt. Null: none. */
  readonly timeLimitSeconds: number | null
  /** How long after the deadline what is on its way is still accepted. */
  readonly graceSeconds: number
}

type Dates = Pick<DeadlineRule, 'timeZone' | 'opens' | 'due' | 'closes'>

/** The zone of a rule, opened once and only when something asks for it. */
export function lazyZone(name: string): () => TimeZone {
  let zone: TimeZone | undefined
  return () => {
    zone ??= openTimeZone(name)
    return zone
  }
}

/**
 * Refuses dates that no calendar has, zones that do not exist, and an order other than opens < due <= closes. For
 * whoever stores a rule; `pointer` is where its fields are in the request.
 */
export function checkRule(rule: Dates, pointer = '/body'): void {
  const errors: FieldError[] = []
  const add = (field: keyof Dates, message: string | undefined) => {
    if (message !== undefined) errors.push({ pointer: `${pointer}/${field}`, message })
  }
  add('timeZone', timeZoneFault(rule.timeZone))
  for (const field of ['opens', 'due', 'closes'] as const) {
    const value = rule[field]
    if (value !== null) add(field, momentFault(value))
  }
  if (errors.length === 0) addOrder(rule, add)
  if (errors.length > 0) throw invalidRequest({ errors })
}

function addOrder(rule: Dates, add: (field: keyof Dates, message: string) => void): void {
  const zone = lazyZone(rule.timeZone)
  const at = (value: string | null) => (value === null ? undefined : readMoment(value, zone).ms)
  const [opens, due, closes] = [at(rule.opens), at(rule.due), at(rule.closes)]
  if (opens !== undefined && due !== undefined && due <= opens) add('due', 'must be after opens')
  if (opens !== undefined && closes !== undefined && closes <= opens) add('closes', 'must be after opens')
  if (due !== undefined && closes !== undefined && closes < due) add('closes', 'must not be before due')
}
