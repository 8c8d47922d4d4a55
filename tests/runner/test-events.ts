/** What the process that runs tests tells the one that started it. */
export type TestEvent =
  | { kind: 'outcome'; outcome: Outcome }
  | { kind: 'running'; name: string }
  | { kind: 'coverage'; coverage: Coverage }
  /** Every test has ended but the process cannot: something is still open. */
  | { kind: 'stuck'; open: string[] }
  /** The last event. A process that ends without it has crashed. */
  | { kind: 'end' }

export interface Outcome {
  result: 'passed' | 'failed' | 'skipped'
  /** Names of the suites around it and its own. */
  name: string
  /** `path:line` from the repository's root. */
  location: string
  durationMs: number
  /** What went wrong, with stack and differences. Absent for failures that only repeat a child's. */
  error?: string
}

/** Line numbers by source file: those that hold code, and those of them that a test ran. */
export type Coverage = Record<string, { code: number[]; run: number[] }>

/** What the process that runs tests is told, as JSON in its first argument. */
export interface TestRequest {
  files: string[]
  /** Regular expression that a test's name must match. */
  namePattern?: string | undefined
  coverage: boolean
}
