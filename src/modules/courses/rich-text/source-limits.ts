const WORD_MAX = 2000
const NESTING_MAX = 30

// Both are linear. Addresses of embedded data are the only honest words of that length, and are not shown anyway.
const longWord = new RegExp(`\\S{${WORD_MAX + 1}}`)
const deepNesting = new RegExp(`^(?:[ \\t]*(?:>|(?:[-*+]|\\d{1,9}[.)])[ \\t])){${NESTING_MAX + 1}}`, 'm')

/**
 * What makes a text too costly to render, or undefined. Markdown parsers need quadratic time for crafted words and
 * overflow the stack on crafted nesting; texts within these limits take at most some hundred milliseconds.
 */
export function sourceFault(source: string): string | undefined {
  if (longWord.test(source)) return `must not have a word of more than ${WORD_MAX} characters`
  if (deepNesting.test(source)) return `must not nest lists or quotes more than ${NESTING_MAX} deep`
  return undefined
}
