import type { Size } from '../world/sizes.ts'
import type { Recorded } from './recording.ts'

/** What a limit's process is told; it reads it from a file. */
export interface LimitJob {
  readonly scenario: string
  readonly size: Size
  /** Answers and statements, taken in turn. */
  readonly recorded: readonly Recorded[]
  /** Null: the answers are sent as they are, without any work. */
  readonly database: { readonly url: string; readonly poolSize: number } | null
  readonly passwordCost: { readonly memoryKib: number; readonly passes: number }
  /** The first of the requests that are sent once which belong to this process. */
  readonly from: number
}
