/** Names that are one or two letters away from a setting without being one, and which that would be. */
export function misspeltSettings(
  names: readonly string[],
  settings: readonly string[],
): { readonly name: string; readonly meant: string }[] {
  const known = new Set(settings.flatMap((name) => [name, `${name}_FILE`]))
  return names
    .filter((name) => !known.has(name) && name.length >= SHORTEST)
    .flatMap((name) => {
      const meant = [...known].find((one) => one.length >= SHORTEST && distance(name.toUpperCase(), one) <= MOST_EDITS)
      return meant === undefined ? [] : [{ name, meant }]
    })
}

/** Of short names nearly all are two letters apart. */
const SHORTEST = 7
const MOST_EDITS = 2

/** Levenshtein: letters to add, remove or replace. */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > MOST_EDITS) return MOST_EDITS + 1
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row++) {
    const current = [row]
    for (let column = 1; column <= other.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[other.length] ?? 0
}
