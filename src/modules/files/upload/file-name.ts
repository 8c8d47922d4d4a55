import { mediaTypeOf } from '../media/media-types.ts'

/** Of common file systems, in bytes of UTF-8. */
const NAME_MAX_BYTES = 255
const EXTENSION_MAX_LENGTH = 12

/**
 * The name under which a file of `mediaType` is kept, made from the one a client gave: in any script, but without
 * path, invisible characters or dots at its ends, of at most 255 bytes, and ending as files of its type do, so that no
 * picture is saved as a program.
 */
export function fileNameOf(given: string | undefined, mediaType: string): string {
  const name = cleanName(given ?? '') || 'file'
  const { extensions } = mediaTypeOf(mediaType)
  const extension = extensionOf(name)
  if (extension !== undefined && extensions.includes(extension.toLowerCase())) {
    return shorten(name.slice(0, -extension.length - 1), extension)
  }
  return shorten(name, extensions[0])
}

function cleanName(given: string): string {
  return (
    lastPart(withoutFormEscapes(given))
      .toWellFormed()
      .normalize('NFC')
      .replace(/[\t\n\v\f\r\u2028\u2029]/g, ' ')
      // Nothing that reverses the order of what is shown, or is not seen at all. Joiners stay: some scripts are not
      // written right without them.
      .replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}\u200b\u2060\ufeff\ufff9-\ufffb]+/gu, '')
      .replace(/\s+/gu, ' ')
      .replace(/^[\s.]+/u, '')
      // Only behind something else: an end that is looked for from every dot of a long row takes its square.
      .replace(/(?<![\s.])[\s.]+$/u, '')
  )
}

/** Browsers write a quote and line ends in a form's file name so: https://html.spec.whatwg.org/#multipart-form-data */
function withoutFormEscapes(name: string): string {
  return name.replaceAll('%22', '"').replaceAll(/%0[da]/gi, ' ')
}

function lastPart(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? ''
}

function extensionOf(name: string): string | undefined {
  const extension = /.\.([^.\s]+)$/u.exec(name)?.[1]
  return extension && extension.length <= EXTENSION_MAX_LENGTH ? extension : undefined
}

function shorten(stem: string, extension: string): string {
  let room = NAME_MAX_BYTES - Buffer.byteLength(extension) - 1
  let kept = ''
  // By what a reader takes for one character: half of a flag or of an accented letter is another one.
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(stem)) {
    room -= Buffer.byteLength(segment)
    if (room < 0) break
    kept += segment
  }
  return `${kept.trimEnd() || 'file'}.${extension}`
}
