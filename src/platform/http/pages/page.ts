import { createHash } from 'node:crypto'

// One look for the few pages that the server itself shows to people: light and dark, from a phone's width up.
const STYLE = `
:root { color-scheme: light dark; --ink: #1b2430; --faint: #5a6675; --line: #d9dfe6; --paper: #fff; --card: #f6f8fa;
  --link: #0b5cad; --good: #116c3c; --good-paper: #def5e7; --bad: #a31421; --bad-paper: #fde4e6 }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ef; --faint: #9aa7b5; --line: #313b47; --paper: #12171d;
  --card: #1a2129; --link: #7db8f5; --good: #7fdca6; --good-paper: #15392a; --bad: #ff9aa3; --bad-paper: #451c21 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif }
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .5rem }
p { margin: .5rem 0 } .faint { color: var(--faint) }
a { color: var(--link) } a:focus-visible { outline: 2px solid currentColor; outline-offset: 2px }
code, pre { font-family: ui-monospace, monospace; font-size: .9em }
code { overflow-wrap: anywhere }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem; overflow-x: auto }
ul { list-style: none; margin: 0; padding: 0 }
li { padding: .6rem 0; border-top: 1px solid var(--line) } li:first-child { border-top: 0 }
li strong { display: block }
.state { display: inline-block; border-radius: 1rem; padding: .1rem .7rem; font-size: .9rem; font-weight: 600 }
.good { color: var(--good); background: var(--good-paper) } .bad { color: var(--bad); background: var(--bad-paper) }
`

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%230b5cad'/%3E%3Cpath d='M4 4h2v6h5v2H4z' fill='%23fff'/%3E%3C/svg%3E"

/** What such a page may do in a browser: show its own style and icon, and nothing else. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Text that is HTML already, because `html` made it. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** HTML from a template; every inserted text is escaped, and lists are joined. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  return new Html(parts.reduce((text, part, index) => text + asHtml(values[index - 1] ?? '') + part))
}

/** A whole page; send it with `pagePolicy` as its content security policy. */
export function htmlPage(title: string, content: Html): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" href="${ICON}">
<style>${STYLE}</style>
</head>
<body>
<main>
${content.text}
</main>
</body>
</html>
`
}

function asHtml(value: string | number | Html | readonly Html[]): string {
  if (value instanceof Html) return value.text
  if (Array.isArray(value)) return value.map((one: Html) => one.text).join('')
  return escaped(String(value))
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
