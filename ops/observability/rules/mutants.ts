import type { RenderedRule, RuleFile } from './render.ts'

export interface Mutant {
  readonly alert: string
  /** What was done to the rule. */
  readonly change: string
  readonly rules: RuleFile
}

const comparison = / (>=|<=|==|!=|>|<) (-?[\d.]+(?:e[+-]?\d+)?)?/g
const flipped: Readonly<Record<string, string>> = { '>': '<', '<': '>', '>=': '<', '<=': '>', '==': '!=', '!=': '==' }

/**
 * Every small mistake that somebody could make in this rule: a comparison turned round, a threshold halved or doubled,
 * the time it must last forgotten. Zero has neither half nor double.
 */
export function mutantsOf(alert: string, rules: RuleFile): Mutant[] {
  const [group] = rules.groups
  const original = group?.rules.find((rule) => rule.alert === alert)
  if (!group || !original) throw new Error(`there is no rule ${alert}`)
  const withRule = (change: string, rule: RenderedRule): Mutant => ({
    alert,
    change,
    rules: { groups: [{ ...group, rules: group.rules.map((one) => (one === original ? rule : one)) }] },
  })
  const { for: lasting, ...unlasting } = original
  return [
    ...[...original.expr.matchAll(comparison)].flatMap((match) => {
      const [found, operator = '', number] = match
      const replaced = (by: string) => ({
        ...original,
        expr: original.expr.slice(0, match.index) + by + original.expr.slice(match.index + found.length),
      })
      const threshold = Number(number)
      const others = number === undefined || threshold === 0 ? [] : [threshold / 2, threshold * 2]
      return [
        withRule(`“${found.trim()}” → “${flipped[operator]}”`, replaced(` ${flipped[operator]} ${number ?? ''}`)),
        ...others.map((other) => withRule(`“${found.trim()}” → ${other}`, replaced(` ${operator} ${other}`))),
      ]
    }),
    ...(lasting === undefined ? [] : [withRule(`without “for: ${lasting}”`, unlasting)]),
  ]
}
