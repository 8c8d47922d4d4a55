import { Marked } from 'marked'
import sanitizeHtml from 'sanitize-html'

/** Markdown (GitHub's flavour) as safe HTML. Raw HTML inside it is cleaned like any other. */
export function renderMarkdown(source: string): string {
  return cleanHtml(markdown.parse(source, { async: false }))
}

/**
 * `html` without anything that runs, loads or submits: only the elements and attributes listed here remain, links lead
 * to https, http, mailto or a path, images come from https.
 */
export function cleanHtml(html: string): string {
  return sanitizeHtml(html, rules)
}

const markdown = new Marked({
  gfm: true,
  // Form controls do not survive the cleaning; a task list still shows what is done.
  renderer: { checkbox: ({ checked }) => (checked ? '☑ ' : '☐ ') },
})

const NESTING_MAX = 40

// Absolute, or a path or fragment of whatever shows the page.
const link = /^(https?:\/\/|mailto:|\/(?![/\\])|#)/i

const rules: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'div', 'span', 'br', 'hr', 'blockquote', 'pre', 'code', 'kbd', 'samp'],
    ...['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
    ...['a', 'img', 'figure', 'figcaption', 'strong', 'em', 'b', 'i', 'u', 's', 'del', 'ins', 'sub', 'sup', 'mark'],
    ...['abbr', 'cite', 'q', 'small', 'time', 'var', 'details', 'summary'],
  ],
  allowedAttributes: {
    a: ['href', 'title', 'rel'],
    img: ['src', 'alt', 'title', 'width', 'height', 'loading'],
    ol: ['start'],
    th: ['align', 'colspan', 'rowspan', 'scope'],
    td: ['align', 'colspan', 'rowspan'],
    abbr: ['title'],
    time: ['datetime'],
    '*': ['lang', 'dir'],
  },
  allowedClasses: { code: [/^language-[\w+#-]{1,30}$/] },
  allowedSchemes: ['https', 'http', 'mailto'],
  allowedSchemesByTag: { img: ['https'] },
  allowProtocolRelative: false,
  nestingLimit: NESTING_MAX,
  transformTags: {
    a: (tagName, { href, ...attribs }) => {
      const safeHref = href !== undefined && link.test(href) ? { href } : {}
      return { tagName, attribs: { ...safeHref, ...attribs, rel: 'noopener noreferrer' } }
    },
    img: (tagName, attribs) => ({ tagName, attribs: { ...attribs, loading: 'lazy' } }),
  },
  // A relative address would be asked of whoever shows the page.
  exclusiveFilter: ({ tag, attribs }) => tag === 'img' && !/^https:\/\//i.test(attribs.src ?? ''),
}
