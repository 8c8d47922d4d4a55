import { wordsOf } from '../search/words.ts'

const LENGTH_MAX = 80

/**
 * A slug for a title: its letters a to z and digits. `fallback` when nothing is left, as for a title in Arabic.
 */
export function slugOf(title: string, fallback: string): string {
  const slug = wordsOf(title)
    .map((word) => word.replaceAll(/[^a-z0-9]/g, ''))
    .filter((word) => word !== '')
    .join('-')
    .slice(0, LENGTH_MAX)
    .replace(/-$/, '')
  return slug === '' ? fallback : slug
}
