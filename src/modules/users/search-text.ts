/**
 * Folds text so that a search finds it in any spelling of case, width and Latin accents: `Émile` as `emile`. The same
 * in both databases, whose own folding differs.
 */
export function foldForSearch(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
}

/** What a search for users looks at. */
export function searchTextOf(fullName: string, email: string): string {
  return foldForSearch(`${fullName} ${email}`)
}
