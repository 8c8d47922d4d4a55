import type { CertificateTemplate } from '../schemas.ts'

export interface ContentLine {
  /** A line that is nothing but the holder's name or the course is set larger. */
  readonly kind: 'text' | 'holder' | 'course'
  readonly text: string
}

/** All that the document shows. Kept with the certificate, so that later templates and names do not alter it. */
export interface CertificateContent {
  readonly heading: string
  readonly lines: readonly ContentLine[]
  readonly signatories: readonly { readonly name: string; readonly role: string }[]
  readonly accentColor: string
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  /** As it is printed. */
  readonly number: string
  readonly verificationUrl: string
}

export interface CertificateFacts {
  readonly holderName: string
  readonly courseTitle: string
  readonly grade: string | null
  readonly completedAt: Date
  readonly number: string
  readonly verificationUrl: string
}

export const placeholders = ['holder', 'course', 'date', 'grade', 'number'] as const

/** Placeholders of a text that there are not. */
export function unknownPlaceholders(text: string): string[] {
  const known: readonly string[] = placeholders
  return [...text.matchAll(/\{([^{}\n]*)\}/g)].map(([, name = '']) => name).filter((name) => !known.includes(name))
}

/** Fills a template in. A line with `{grade}` is left out where there is no grade. */
export function makeContent(template: CertificateTemplate, facts: CertificateFacts): CertificateContent {
  const { text, heading, signatories, accentColor, language, direction } = template
  const values: Record<(typeof placeholders)[number], string> = {
    holder: facts.holderName,
    course: facts.courseTitle,
    date: dateIn(language, facts.completedAt),
    grade: facts.grade ?? '',
    number: facts.number,
  }
  const fill = (line: string) =>
    line.replaceAll(/\{(holder|course|date|grade|number)\}/g, (_all, name: keyof typeof values) =>
      isolated(values[name]),
    )
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && (facts.grade !== null || !line.includes('{grade}')))
    .map((line): ContentLine => ({ kind: kindOf(line), text: fill(line).normalize('NFC') }))
  return {
    heading,
    lines,
    signatories,
    accentColor,
    language: language.split('-')[0] ?? language,
    direction,
    number: facts.number,
    verificationUrl: facts.verificationUrl,
  }
}

/** Every text of it, for asking which characters can be drawn. */
export function textOf({ heading, lines, signatories }: Pick<CertificateContent, 'heading' | 'lines' | 'signatories'>) {
  return [heading, ...lines.map((line) => line.text), ...signatories.flatMap(({ name, role }) => [name, role])].join('')
}

function kindOf(line: string): ContentLine['kind'] {
  if (line === '{holder}') return 'holder'
  return line === '{course}' ? 'course' : 'text'
}

/** Keeps the direction of an inserted text to itself: a Latin name must not turn the Arabic around it (UAX 9). */
function isolated(text: string): string {
  return `\u2068${text}\u2069`
}

function dateIn(language: string, at: Date): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC', calendar: 'gregory' }).format(at)
}
