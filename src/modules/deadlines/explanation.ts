import type { Accommodation } from './accommodation.ts'
import { instantText, type ReadMoment } from './moment.ts'

export const stepKinds = ['opens', 'due', 'closes', 'time-limit', 'extra-time', 'deadline', 'grace'] as const
export type StepKind = (typeof stepKinds)[number]

/** One sentence of the explanation of a deadline. */
export interface DeadlineStep {
  /** What the step is about. */
  readonly about: StepKind
  /** Where the calculation stands after it; null: it is about a length of time, or there is no such date. */
  readonly at: string | null
  readonly text: string
}

type DateKind = 'opens' | 'due' | 'closes'

const sentences: Record<DateKind, { present: string; missing: string; unused: string }> = {
  opens: { present: 'It opens at', missing: 'It is open from the start.', unused: 'not earlier' },
  due: { present: 'It is due at', missing: 'It has no due date.', unused: 'not later' },
  closes: { present: 'It closes at', missing: 'It never closes.', unused: 'not later' },
}

/** Collects the steps of one calculation. */
export class Steps {
  readonly all: DeadlineStep[] = []

  add(about: StepKind, ms: number | null, text: string): void {
    this.all.push({ about, at: ms === null ? null : new Date(ms).toISOString(), text })
  }

  /** What the author wrote. */
  addWritten(kind: DateKind, written: ReadMoment | undefined): void {
    const { present, missing } = sentences[kind]
    if (written === undefined) this.add(kind, null, missing)
    else this.add(kind, written.ms, withNote(`${present} ${written.text}.`, written.note))
  }

  /** What an accommodation made of it; `isMore: false`: nothing, since more was granted already. */
  addMoved(kind: DateKind, ms: number, by: Accommodation, to: string, isMore: boolean, note?: string): void {
    const source = by.scope === 'item' ? 'An accommodation for this item' : 'An accommodation for the whole course'
    const { unused } = sentences[kind]
    const effect = isMore ? '' : ` That is ${unused} than ${instantText(ms)}, which stays.`
    this.add(kind, ms, withNote(`${source} says ${to}.${effect}`, note))
  }
}

function withNote(text: string, note: string | undefined): string {
  return note === undefined ? text : `${text} ${note}`
}
