/** A foreseeable mistake at the start, such as a port in use: told in one sentence, without a stack; exit code 1. */
export class StartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'StartError'
  }
}

/** What went wrong, as briefly as it can be told: the code of a system error, else the message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Node tries every address of a name and reports all failures together.
  const [first] = error instanceof AggregateError ? error.errors : [error]
  if (first instanceof Error && 'syscall' in first && 'code' in first) return String(first.code)
  return error.message
}
