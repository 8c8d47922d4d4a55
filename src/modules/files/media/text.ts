/**
 * What a text is, or undefined when the bytes are no text: those of a whole file, or the first of a longer one. Texts
 * are told apart here and never by their first two bytes: one may well begin with “BM” or “MZ”.
 */
export function textTypeOf(bytes: Buffer, isWhole: boolean): string | undefined {
  const text = decode(bytes, isWhole)
  if (text === undefined) return undefined
  const start = text.trimStart()
  if (start.startsWith('%PDF-')) return 'application/pdf'
  if (start.startsWith('{\\rtf')) return 'application/rtf'
  if (/^WEBVTT(\s|$)/.test(start)) return 'text/vtt'
  if (/^BEGIN:VCALENDAR\s/i.test(start)) return 'text/calendar'
  return markupTypeOf(start) ?? (isTable(text, isWhole) ? 'text/csv' : 'text/plain')
}

// Every control character that no text has; escape (0x1b) colours logs.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacter = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/

function decode(bytes: Buffer, isWhole: boolean): string | undefined {
  const encoding = encodingByMark(bytes)
  const text = tryDecode(bytes, encoding ?? 'utf-8', isWhole) ?? (encoding ? undefined : bytes.toString('latin1'))
  return text === undefined || controlCharacter.test(text) ? undefined : text
}

function encodingByMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return undefined
}

function tryDecode(bytes: Buffer, encoding: string, isWhole: boolean): string | undefined {
  try {
    // While more follows, the last character may be cut.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: !isWhole })
  } catch {
    return undefined
  }
}

// Where a browser would take a text for a page: https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
const page =
  /^<(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--|meta|link|form|img|svg:svg)[\s/>-]/i

/** Looks behind declarations and comments for the first element, which decides. */
function markupTypeOf(start: string): string | undefined {
  if (!start.startsWith('<')) return undefined
  const isXml = start.startsWith('<?xml')
  const root = start.replace(/^(\s*(<\?[^>]*>|<!--[\s\S]*?-->|<!doctype\s+svg[^[>]*(\[[^\]]*\]\s*)?>))+\s*/i, '')
  if (/^<([\w-]+:)?svg[\s/>]/i.test(root)) return 'image/svg+xml'
  if (page.test(root) || page.test(start)) return 'text/html'
  return isXml ? 'application/xml' : undefined
}

/** Several lines with the same number of one separator, outside quotes. */
function isTable(text: string, isWhole: boolean): boolean {
  const lines = text.split(/\r?\n|\r/).slice(0, 20)
  // The last line of a part is cut somewhere.
  if (!isWhole && lines.length < 20) lines.pop()
  const filled = lines.filter((line) => line.trim() !== '').map((line) => line.replace(/"[^"]*"/g, ''))
  if (filled.length < 2) return false
  return [',', ';', '\t'].some((separator) => {
    const counts = new Set(filled.map((line) => line.split(separator).length - 1))
    return counts.size === 1 && !counts.has(0)
  })
}
