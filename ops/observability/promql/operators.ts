import { type Expression, expression } from './expression.ts'

type Aggregation = 'sum' | 'min' | 'max' | 'avg' | 'count'

function aggregation(fn: Aggregation) {
  return <L extends string, const B extends L = never>(of: Expression<L>, by: readonly B[] = []): Expression<B> =>
    expression(`${fn}${by.length > 0 ? ` by (${by.join(', ')})` : ''} (${of.text})`, of)
}

export const sum = aggregation('sum')
export const min = aggregation('min')
export const max = aggregation('max')
export const avg = aggregation('avg')
export const count = aggregation('count')

/** The `n` highest series. */
export function topk<L extends string>(n: number, of: Expression<L>): Expression<L> {
  return expression(`topk(${n}, ${of.text})`, of)
}

type Arithmetic = '+' | '-' | '*' | '/'

/** Between two vectors with the same labels, or of the labels in `on`; or with a number. */
function arithmetic(operator: Arithmetic) {
  return <L extends string, R extends string>(
    left: Expression<L>,
    right: Expression<R> | number,
    on?: readonly (L & R)[],
  ): Expression<L> => {
    if (typeof right === 'number') return expression(`${operand(left)} ${operator} ${right}`, left)
    return expression(`${operand(left)} ${operator} ${matching(on)}${operand(right)}`, left, right)
  }
}

export const plus = arithmetic('+')
export const minus = arithmetic('-')
export const times = arithmetic('*')
export const per = arithmetic('/')

type Comparator = '>' | '>=' | '<' | '<=' | '==' | '!='

/** The series whose value compares so with the number. The threshold is what mutation tests change. */
function comparison(operator: Comparator) {
  return <L extends string>(left: Expression<L>, right: number): Expression<L> =>
    expression(`${operand(left)} ${operator} ${right}`, left)
}

export const above = comparison('>')
export const atLeast = comparison('>=')
export const below = comparison('<')
export const equals = comparison('==')

/** The series of the left side that are lower than their partner on the right. */
export function fewer<L extends string>(left: Expression<L>, right: Expression<L>): Expression<L> {
  return expression(`${operand(left)} < ${operand(right)}`, left, right)
}

function set(operator: 'and' | 'unless' | 'or') {
  return <L extends string, R extends string>(
    left: Expression<L>,
    right: Expression<R>,
    on?: readonly (L & R)[],
  ): Expression<L> => expression(`${operand(left)} ${operator} ${matching(on)}${operand(right)}`, left, right)
}

export const and = set('and')
export const unless = set('unless')
export const or = set('or')

/** A ratio that is 0, not NaN, when nothing happened at all. */
export function ratio<L extends string>(part: Expression<L>, whole: Expression<L>): Expression<L> {
  return expression(`${operand(part)} / (${operand(whole)} > 0)`, part, whole)
}

/** The part, or 0 where it has no series but the whole has. */
export function orZero<L extends string>(part: Expression<L>, whole: Expression<L>): Expression<L> {
  return expression(`${operand(part)} or ${operand(whole)} * 0`, part, whole)
}

/** Seconds since a point in time that a gauge holds. */
export function secondsSince<L extends string>(of: Expression<L>): Expression<L> {
  return expression(`time() - ${operand(of)}`, of)
}

/** Seconds until a point in time that a gauge holds. */
export function secondsUntil<L extends string>(of: Expression<L>): Expression<L> {
  return expression(`${operand(of)} - time()`, of)
}

export function absolute<L extends string>(of: Expression<L>): Expression<L> {
  return expression(`abs(${of.text})`, of)
}

/** Always one series with the value 1. */
export const always: Expression<never> = { text: 'vector(1)', metrics: [] }

function matching(on: readonly string[] | undefined): string {
  return on ? `on (${on.join(', ')}) ` : ''
}

/** Brackets wherever a binary operator could be read another way. */
function operand({ text }: Expression): string {
  return /^[\w:]+(\{[^}]*\})?$/.test(text) || isCall(text) ? text : `(${text})`
}

/** `f(…)` or `sum by (a) (…)` whose last bracket closes the last one that was opened at the top. */
function isCall(text: string): boolean {
  const head = /^\w+( by \([^)]*\) )?\(|^\w+ \(/.exec(text)
  if (!head || !text.endsWith(')')) return false
  let depth = 1
  for (let at = head[0].length; at < text.length; at++) {
    if (text[at] === '(') depth++
    if (text[at] === ')') depth--
    if (depth === 0) return at === text.length - 1
  }
  return false
}
