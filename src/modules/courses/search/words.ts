/**
 * The words of a text as search, sorting and slugs compare them: lower case, without accents, letters and digits only.
 * Done here and not by the databases, so that both find the same. Chinese and Japanese are written without spaces:
 * each of their characters is a word.
 */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKD')
      // Accents and other marks that belong to no script of their own.
      .replaceAll(/\p{sc=Inherited}/gu, '')
      .toLowerCase()
      .replaceAll(/[ßæœøđłþ]/g, (letter) => spellings[letter] ?? letter)
      .match(/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]|[[\p{L}\p{N}\p{M}]--[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]]+/gv) ?? []
  )
}

/** The title as lists sort by it: the same way on both databases. */
export function sortTitleOf(title: string): string {
  return wordsOf(title).join(' ')
}

// Letters that do not decompose into a base letter and a mark.
const spellings: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ł: 'l', þ: 'th' }
