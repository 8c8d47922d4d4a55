/**
 * What a mail's body may be made of. Text is plain text of one line each: markup in it is shown, not obeyed, and line
 * breaks become spaces, so a value that somebody typed cannot shape the mail.
 */
export type MailBlock =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'button'; readonly label: string; readonly url: string }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'smallPrint'; readonly text: string }

export function paragraph(text: string): MailBlock {
  return { kind: 'paragraph', text }
}

/** A link to act on. Only absolute http and https addresses render; the text part shows the address in full. */
export function button(label: string, url: string): MailBlock {
  return { kind: 'button', label, url }
}

/** Something to be copied exactly, such as a one-time code. */
export function code(value: string): MailBlock {
  return { kind: 'code', code: value }
}

export function list(items: readonly string[]): MailBlock {
  return { kind: 'list', items }
}

export function smallPrint(text: string): MailBlock {
  return { kind: 'smallPrint', text }
}
