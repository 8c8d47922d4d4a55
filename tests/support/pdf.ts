import { inflateSync } from 'node:zlib'

/** The PDF as text, its compressed streams unpacked: for looking what is in it, not for reading its words. */
export function unpackPdf(pdf: Buffer): string {
  const parts = [pdf.toString('latin1')]
  let at = 0
  for (;;) {
    const begin = pdf.indexOf('stream\n', at)
    if (begin < 0) return parts.join('\n')
    const end = pdf.indexOf('endstream', begin)
    try {
      parts.push(inflateSync(pdf.subarray(begin + 'stream\n'.length, end)).toString('latin1'))
    } catch {
      // A stream that is not compressed, or a picture: its bytes are in the text already.
    }
    at = end + 'endstream'.length
  }
}

/** The fonts that the PDF names, without the tags of their subsets. */
export function fontsOf(pdf: Buffer): string[] {
  const names = [...unpackPdf(pdf).matchAll(/\/BaseFont\s*\/[A-Z]{6}\+([\w-]+)/g)].map(([, name = '']) =>
    name.replace(/-Identity-H$/, ''),
  )
  return [...new Set(names)].sort()
}

/** How many pages it has. */
export function pagesOf(pdf: Buffer): number {
  return Number(/\/Type\s*\/Pages\b[^>]*\/Count\s+(\d+)/.exec(unpackPdf(pdf))?.[1])
}
