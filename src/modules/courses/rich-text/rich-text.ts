import { LRUCache } from 'lru-cache'
import { Marked } from 'marked'
import sanitizeHtml from 'sanitize-html'

export type RichText = ReturnType<typeof createRichText>

const BYTES_MAX = 8 * 1024 * 1024

/** Makes safe HTML of what authors write, and remembers it: the same text is rendered once. */
export function createRichText() {
  const made = new LRUCache<string, string>({
    maxSize: BYTES_MAX,
    sizeCalculation: (html, key) => (html.length + key.length) * 2 + 100,
  })

  /** Markdown (GitHub's flavour) as safe HTML. Raw HTML inside it is cleaned like any other. */
  function fromMarkdown(source: string): string {
    return remembered(`m${source}`, () => clean(markdown.parse(source, { async: false })))
  }

  /**
   * The HTML without anything that runs, loads or submits: only the elements and attributes listed here remain, links
   * lead to https, http, mailto or a path, images come from https.
   */
  function fromHtml(source: string): string {
    return remembered(`h${source}`, () => clean(source))
  }

  function remembered(key: string, make: () => string): string {
    const known = made.get(key)
    if (known !== undefined) return known
    const html = make()
    made.set(key, html)
    return html
  }

  return { fromMarkdown, fromHtml }
}

function clean(html: string): string {
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
