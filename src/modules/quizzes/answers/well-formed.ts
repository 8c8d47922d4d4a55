/**
 * The answer with every half of a surrogate pair replaced by U+FFFD. A client that cuts a text in the middle of an emoji
 * sends such halves, PostgreSQL stores none, and an answer must not be refused for it.
 */
export function wellFormed(answer: unknown): unknown {
  const json = JSON.stringify(answer)
  // JSON.stringify escapes halves, and only them, in this way.
  if (json === undefined || !/\\ud[89a-f]/.test(json)) return answer
  return JSON.parse(json, (_name, part: unknown) => (typeof part === 'string' ? part.toWellFormed() : part))
}
