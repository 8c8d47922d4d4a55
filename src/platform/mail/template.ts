import { cleanLine } from './clean-line.ts'
import type { MailBlock } from './mail-block.ts'
import { renderHtml } from './template-html.ts'
import { renderText } from './template-text.ts'

/** What every template may say about the product that sends it. */
export interface MailBrand {
  readonly productName: string
  /** The address of a page of the front end. `path` begins with `/`; the query is encoded. */
  link(path: string, query?: Readonly<Record<string, string>>): string
}

export interface MailTemplate<P> {
  /** `module.kebab-case`, unique: names the mail in logs and metrics. */
  readonly name: string
  readonly subject: (params: P, brand: MailBrand) => string
  readonly body: (params: P, brand: MailBrand) => readonly MailBlock[]
}

export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

export type MailRenderer = <P>(template: MailTemplate<P>, params: P) => RenderedMail

export interface MailRendererOptions {
  readonly productName: string
  /** Absolute http or https address; may have a path of its own. */
  readonly frontendBaseUrl: string
  /** BCP 47 tag of the language that the templates are written in. */
  readonly language?: string
}

export function defineMail<P = void>(template: MailTemplate<P>): MailTemplate<P> {
  return template
}

/**
 * Renders templates to a subject, plain text of at most 76 columns (addresses are never broken) and HTML that loads
 * nothing from anywhere. Throws when a button's address is not http or https.
 */
export function createMailRenderer(options: MailRendererOptions): MailRenderer {
  const baseUrl = checkedUrl(options.frontendBaseUrl).replace(/\/+$/, '')
  const productName = cleanLine(options.productName)
  const brand: MailBrand = {
    productName,
    link(path, query = {}) {
      if (!path.startsWith('/')) throw new TypeError(`A link's path begins with "/", unlike ${JSON.stringify(path)}`)
      const search = new URLSearchParams(query).toString()
      return `${baseUrl}${path}${search && `?${search}`}`
    },
  }

  return (template, params) => {
    const subject = cleanLine(template.subject(params, brand))
    const blocks = template.body(params, brand).map(cleanBlock)
    const page = { subject, blocks, productName, homeUrl: baseUrl, language: options.language ?? 'en' }
    return { subject, text: renderText(page), html: renderHtml(page) }
  }
}

function cleanBlock(block: MailBlock): MailBlock {
  switch (block.kind) {
    case 'paragraph':
    case 'smallPrint':
      return { kind: block.kind, text: cleanLine(block.text) }
    case 'button':
      return { kind: 'button', label: cleanLine(block.label), url: checkedUrl(block.url) }
    case 'code':
      return { kind: 'code', code: cleanLine(block.code) }
    case 'list':
      return { kind: 'list', items: block.items.map(cleanLine) }
  }
}

/** The address in its normal form, in which no quote, space or line break survives unencoded. */
function checkedUrl(text: string): string {
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  // `https://bank.example@evil.example/` leads to the second host.
  if (!url || !isWeb || url.username || url.password) {
    throw new TypeError(`A mail links to http and https addresses only, not to ${JSON.stringify(text)}`)
  }
  return url.href
}
