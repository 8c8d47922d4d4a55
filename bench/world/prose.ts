import type { Random } from '../../src/demo/random.ts'

const subjects = [
  'Python',
  'Calculus',
  'History',
  'Biology',
  'Statistics',
  'Design',
  'Law',
  'Music',
  'Chemistry',
  'Économie',
  'Português',
  '日本語',
]
const angles = [
  'for Beginners',
  'in Practice',
  'from First Principles',
  'in Ten Weeks',
  'and Its Limits',
  'Workshop',
  'Revisited',
  'at Work',
]
const words =
  'the a course lesson student shows why how before after every small large change pattern measure question answer evidence careful reading writing model example number story method result often rarely never mistake useful idea between within because therefore however practice theory exercise page table chart language culture machine memory river garden city'.split(
    ' ',
  )

export function titleOf(random: Random): string {
  return `${random.pick(subjects)} ${random.pick(angles)}`
}

export function paragraph(random: Random, sentences: number): string {
  return Array.from({ length: sentences }, () => sentence(random)).join(' ')
}

/** Markdown with a heading, about 350 characters a paragraph. */
export function pageSource(random: Random, paragraphs: number): string {
  const parts = Array.from({ length: paragraphs }, () => paragraph(random, 4))
  return `## ${titleOf(random)}\n\n${parts.join('\n\n')}\n`
}

function sentence(random: Random): string {
  const text = Array.from({ length: random.whole(8, 18) }, () => random.pick(words)).join(' ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
