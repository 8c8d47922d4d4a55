import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import type { Coverage } from '#platform/typesetting/coverage.ts'
import { placeholders, textOf, unknownPlaceholders } from '../issuing/content.ts'
import type { CertificateTemplate } from '../schemas.ts'

/** Refuses a template that says what no certificate can, naming each field and its rule. */
export type TemplateCheck = (template: CertificateTemplate) => void

export function createTemplateCheck(missingCharacters: Coverage): TemplateCheck {
  return (template) => {
    const characters = characterErrors(template, missingCharacters)
    const errors = [...placeholderErrors(template), ...languageErrors(template), ...characters]
    if (errors.length > 0) throw invalidRequest({ errors })
  }
}

function characterErrors(
  { heading, text, signatories }: CertificateTemplate,
  missingCharacters: Coverage,
): FieldError[] {
  const texts: [pointer: string, text: string][] = [
    ['/body/heading', heading],
    ['/body/text', text],
    ['/body/signatories', textOf({ heading: '', lines: [], signatories })],
  ]
  return texts.flatMap(([pointer, one]) => {
    const missing = missingCharacters(one)
    return missing.length > 0 ? [{ pointer, message: `has characters that no font has: ${missing.join(' ')}` }] : []
  })
}

function placeholderErrors({ text, showsGrade }: CertificateTemplate): FieldError[] {
  const pointer = '/body/text'
  const unknown = unknownPlaceholders(text)
  const known = placeholders.map((name) => `{${name}}`).join(', ')
  return [
    ...unknown.map((name) => ({ pointer, message: `has no placeholder {${name}}; there are ${known}` })),
    ...(text.includes('{holder}') ? [] : [{ pointer, message: 'must name the holder with {holder}' }]),
    ...(text.includes('{grade}') && !showsGrade
      ? [{ pointer, message: 'mentions {grade}, but showsGrade is false' }]
      : []),
  ]
}

function languageErrors({ language }: CertificateTemplate): FieldError[] {
  try {
    Intl.getCanonicalLocales(language)
    return []
  } catch {
    return [{ pointer: '/body/language', message: 'must be a BCP 47 language tag, such as en or zh-Hans' }]
  }
}
