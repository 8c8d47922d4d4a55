export * from './expression.ts'
export { chosen, like, type Matchers, noneOf, oneOf, unlike } from './matchers.ts'
export * from './metric.ts'
export * from './operators.ts'
