/**
 * A short text as answers are compared: without regard to how its characters are composed or how wide they are (Unicode
 * NFKC), to the spaces around and between its words, or to typographic quotes and dashes, which telephones put in
 * unasked; and, unless `isCaseSensitive`, to upper and lower case (ß and ss are the same then).
 */
export function plainText(text: string, isCaseSensitive: boolean): string {
  const spelled = text
    .normalize('NFKC')
    .replaceAll(/[‘’‚‛′]/g, "'")
    .replaceAll(/[“”„‟″«»]/g, '"')
    .replaceAll(/[‐‑‒–—−]/g, '-')
    .replaceAll(/[\p{Cf}]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  // Upper case first: it is what makes ß and ς the same as ss and σ. Folding may compose differently, hence again.
  return isCaseSensitive ? spelled : spelled.toUpperCase().toLowerCase().normalize('NFKC')
}

/**
 * Whether `text` is what `pattern` says, where `*` stands for any characters, also none. Takes time in proportion to
 * the product of both lengths at worst: no regular expression that a text could stall.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const [wanted, given] = [[...pattern], [...text]]
  let [at, from] = [0, 0]
  let star: { readonly after: number; from: number } | undefined
  while (from < given.length) {
    if (wanted[at] === '*') {
      star = { after: at + 1, from }
      at += 1
    } else if (wanted[at] === given[from]) {
      at += 1
      from += 1
    } else if (star) {
      // The last star takes one character more.
      star.from += 1
      at = star.after
      from = star.from
    } else {
      return false
    }
  }
  return wanted.slice(at).every((character) => character === '*')
}
