/** What an expression of a workflow stands for in one run, such as `matrix.node` or `runner.temp`. */
export type Context = Readonly<Record<string, string>>

/** A text of a workflow with its expressions replaced. One that the context does not know is an error: never guessed. */
export function expand(text: string, context: Context): string {
  return text.replace(/\$\{\{([^}]*)\}\}/g, (_, expression: string) => {
    const value = context[expression.trim()]
    if (value === undefined) throw new Error(`nobody described here what the expression${expression}stands for`)
    return value
  })
}

export function expandAll(texts: Readonly<Record<string, string>> = {}, context: Context): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, expand(String(text), context)]))
}

/** Whether a condition holds, of the few forms that our jobs have: `NAME == 'VALUE'`, or none. */
export function holds(condition: string | undefined, context: Context): boolean {
  if (condition === undefined) return true
  const [, name = '', value] = /^([\w.]+) == '([^']*)'$/.exec(condition) ?? []
  if (value === undefined || context[name] === undefined) {
    throw new Error(`nobody described here when the condition ${condition} holds`)
  }
  return context[name] === value
}
