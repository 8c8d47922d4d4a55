export const mediaKinds = ['document', 'image', 'audio', 'video', 'archive', 'text'] as const
export type MediaKind = (typeof mediaKinds)[number]

export interface MediaType {
  readonly kind: MediaKind
  /** Endings a name of this type may have; one that has none of them gets the first. */
  readonly extensions: readonly [string, ...string[]]
  /**
   * How a browser gets it. `inline`: shown, under its own type. `attachment`: saved, under its own type. `harmless`:
   * saved, as mere bytes, since under its own type it could run scripts with the rights of our address.
   */
  readonly delivery: 'inline' | 'attachment' | 'harmless'
}

const inline = (kind: MediaKind, ...extensions: MediaType['extensions']): MediaType => ({
  kind,
  extensions,
  delivery: 'inline',
})
const attachment = (kind: MediaKind, ...extensions: MediaType['extensions']): MediaType => ({
  kind,
  extensions,
  delivery: 'attachment',
})
const harmless = (...extensions: MediaType['extensions']): MediaType => ({
  kind: 'text',
  extensions,
  delivery: 'harmless',
})

const office = 'application/vnd.openxmlformats-officedocument'
const open = 'application/vnd.oasis.opendocument'

/**
 * Every type of file that may be uploaded; what is not here is refused. Left out on purpose: programs and packages of
 * programs, documents with macros, disk images, fonts, and the old binary Office formats, which from their first bytes
 * cannot be told from an installer.
 */
export const mediaTypes: Readonly<Record<string, MediaType>> = {
  'application/pdf': inline('document', 'pdf'),
  'application/rtf': attachment('document', 'rtf'),
  'application/epub+zip': attachment('document', 'epub'),
  [`${office}.wordprocessingml.document`]: attachment('document', 'docx'),
  [`${office}.wordprocessingml.template`]: attachment('document', 'dotx'),
  [`${office}.spreadsheetml.sheet`]: attachment('document', 'xlsx'),
  [`${office}.spreadsheetml.template`]: attachment('document', 'xltx'),
  [`${office}.presentationml.presentation`]: attachment('document', 'pptx'),
  [`${office}.presentationml.slideshow`]: attachment('document', 'ppsx'),
  [`${office}.presentationml.template`]: attachment('document', 'potx'),
  [`${open}.text`]: attachment('document', 'odt'),
  [`${open}.spreadsheet`]: attachment('document', 'ods'),
  [`${open}.presentation`]: attachment('document', 'odp'),
  [`${open}.graphics`]: attachment('document', 'odg'),
  'application/vnd.apple.keynote': attachment('document', 'key'),
  'application/vnd.apple.numbers': attachment('document', 'numbers'),
  'application/vnd.apple.pages': attachment('document', 'pages'),

  'image/jpeg': inline('image', 'jpg', 'jpeg', 'jpe', 'jfif'),
  'image/png': inline('image', 'png'),
  'image/apng': inline('image', 'png', 'apng'),
  'image/gif': inline('image', 'gif'),
  'image/webp': inline('image', 'webp'),
  'image/avif': inline('image', 'avif'),
  'image/bmp': inline('image', 'bmp', 'dib'),
  'image/heic': attachment('image', 'heic', 'heif'),
  'image/heif': attachment('image', 'heif', 'heic'),
  'image/tiff': attachment('image', 'tif', 'tiff'),

  'audio/mpeg': inline('audio', 'mp3'),
  'audio/mp4': inline('audio', 'm4a', 'mp4', 'm4b'),
  'audio/aac': inline('audio', 'aac'),
  'audio/ogg': inline('audio', 'ogg', 'oga', 'opus', 'spx'),
  'audio/flac': inline('audio', 'flac'),
  'audio/wav': inline('audio', 'wav'),
  'audio/amr': attachment('audio', 'amr'),
  'audio/aiff': attachment('audio', 'aif', 'aiff'),
  'audio/midi': attachment('audio', 'mid', 'midi'),

  'video/mp4': inline('video', 'mp4', 'm4v'),
  'video/webm': inline('video', 'webm', 'weba'),
  'video/ogg': inline('video', 'ogv', 'ogg'),
  'video/quicktime': inline('video', 'mov', 'qt'),
  'video/matroska': attachment('video', 'mkv', 'mka'),
  'video/mpeg': attachment('video', 'mpg', 'mpeg'),
  'video/3gpp': attachment('video', '3gp'),
  'video/vnd.avi': attachment('video', 'avi'),

  'application/zip': attachment('archive', 'zip'),
  'application/x-tar': attachment('archive', 'tar'),
  'application/gzip': attachment('archive', 'gz', 'tgz'),
  'application/x-bzip2': attachment('archive', 'bz2', 'tbz2'),
  'application/x-xz': attachment('archive', 'xz', 'txz'),
  'application/zstd': attachment('archive', 'zst'),
  'application/x-7z-compressed': attachment('archive', '7z'),
  'application/x-rar-compressed': attachment('archive', 'rar'),

  // Whatever a text is called, a program must not start when somebody opens it: hence the closed list of endings.
  'text/plain': attachment(
    'text',
    ...(['txt', 'text', 'md', 'markdown', 'rst', 'tex', 'bib', 'log', 'srt', 'json', 'jsonl', 'geojson'] as const),
    ...([
      'yaml',
      'yml',
      'toml',
      'ini',
      'cfg',
      'csv',
      'tsv',
      'sql',
      'c',
      'h',
      'cpp',
      'hpp',
      'cc',
      'cs',
      'java',
    ] as const),
    ...([
      'kt',
      'go',
      'rs',
      'py',
      'rb',
      'php',
      'lua',
      'swift',
      'ts',
      'tsx',
      'css',
      'scss',
      'r',
      'm',
      'jl',
      'hs',
      'ml',
      'ipynb',
      'diff',
    ] as const),
  ),
  'text/csv': attachment('text', 'csv', 'tsv', 'txt'),
  'text/vtt': inline('text', 'vtt'),
  'text/calendar': attachment('text', 'ics'),
  'text/html': harmless('html', 'htm', 'xhtml'),
  'image/svg+xml': { ...harmless('svg'), kind: 'image' },
  'application/xml': harmless('xml', 'xsd', 'gpx', 'kml', 'musicxml', 'rss'),
}

/** What file-type calls differently, or finer than anybody here needs. */
const aliases: Readonly<Record<string, string>> = {
  'audio/x-m4a': 'audio/mp4',
  'audio/ogg; codecs=opus': 'audio/ogg',
  'video/x-m4v': 'video/mp4',
  'image/heic-sequence': 'image/heic',
  'image/heif-sequence': 'image/heif',
}

/** The name under which a type may be uploaded, or undefined when it may not. */
export function acceptedMediaType(detected: string): string | undefined {
  const name = aliases[detected] ?? detected
  return Object.hasOwn(mediaTypes, name) ? name : undefined
}

/** Of a file that was accepted. */
export function mediaTypeOf(name: string): MediaType {
  // A type that a later release takes off the list must not become a page on our address.
  return mediaTypes[name] ?? { kind: 'document', extensions: ['bin'], delivery: 'harmless' }
}

/** What a client is told the content is. */
export function servedType(name: string): string {
  return mediaTypeOf(name).delivery === 'harmless' ? 'application/octet-stream' : name
}
