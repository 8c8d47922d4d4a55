/**
 * The name of the constraint that a failed statement violated, or undefined when the failure was something else.
 * SQLite reports a unique violation by its columns (`UNIQUE constraint failed: course.slug`), so names follow one
 * rule on both databases: `<table>_<columns>_key`.
 */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('constraint' in error && typeof error.constraint === 'string') return error.constraint
  const unique = /UNIQUE constraint failed: (.+)/.exec(error.message)?.[1]
  if (unique) return unique.startsWith('index ') ? unique.slice(7, -1) : uniqueName(unique)
  return /CHECK constraint failed: (\S+)/.exec(error.message)?.[1]
}

/** True when a foreign key was violated (SQLite does not say which). */
export function isForeignKeyViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === '23503') || error.message.includes('FOREIGN KEY constraint failed')
}

/** Throws what `refuse` makes when `work` violates the named constraint; any other failure passes through. */
export async function onConstraint<T>(work: Promise<T>, constraint: string, refuse: (cause: unknown) => Error) {
  try {
    return await work
  } catch (error) {
    if (violatedConstraint(error) === constraint) throw refuse(error)
    throw error
  }
}

function uniqueName(columns: string): string {
  const parts = columns.split(', ').map((part) => part.split('.'))
  return `${parts[0]?.[0]}_${parts.map(([, column]) => column).join('_')}_key`
}
