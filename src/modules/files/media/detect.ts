import { fileTypeFromBuffer } from 'file-type'
import { acceptedMediaType } from './media-types.ts'
import { textTypeOf } from './text.ts'

/** So many first bytes decide what a file is; what is said about it elsewhere never does. */
export const DECIDING_BYTES = 64 * 1024

export interface Detected {
  /** As file-type or we call it; undefined: nothing known. */
  readonly found: string | undefined
  /** One of `mediaTypes`, or undefined when such a file is not accepted. */
  readonly accepted: string | undefined
}

/** Decides what a file is by its first bytes. `isWhole`: there are no others. */
export async function detectMediaType(firstBytes: Buffer, isWhole: boolean): Promise<Detected> {
  const found = textTypeOf(firstBytes, isWhole) ?? (await binaryTypeOf(firstBytes))
  return { found, accepted: found === undefined ? undefined : acceptedMediaType(found) }
}

async function binaryTypeOf(bytes: Buffer): Promise<string | undefined> {
  // Before file-type, which would unpack it to look inside.
  if (startsWith(bytes, '1f8b08')) return 'application/gzip'
  const found = (await fileTypeFromBuffer(bytes))?.mime
  if (found === 'application/zip') return officeTypeOf(bytes) ?? found
  // The directory of a TIFF may lie at its end, where file-type looks for what kind it is.
  if (found === undefined && (startsWith(bytes, '49492a00') || startsWith(bytes, '4d4d002a'))) return 'image/tiff'
  return found
}

function startsWith(bytes: Buffer, hexadecimal: string): boolean {
  return bytes.subarray(0, hexadecimal.length / 2).toString('hex') === hexadecimal
}

const officeFolders = {
  word: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xl: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ppt: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
} as const

/**
 * Some programs (LibreOffice) put the list of contents, by which file-type tells Office documents, at the end of the
 * archive. The names of its first entries tell as much.
 */
function officeTypeOf(bytes: Buffer): string | undefined {
  const names = zipEntryNames(bytes)
  if (!names.includes('_rels/.rels') || names.some((name) => name.endsWith('vbaProject.bin'))) return undefined
  const folder = names.map((name) => name.split('/')[0] ?? '').find((name) => Object.hasOwn(officeFolders, name))
  return officeFolders[folder as keyof typeof officeFolders]
}

const localHeader = Buffer.from('504b0304', 'hex')
// Offsets within a local header: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, section 4.3.7
const NAME_LENGTH_AT = 26
const NAME_AT = 30

function zipEntryNames(bytes: Buffer): string[] {
  const names: string[] = []
  let at = bytes.indexOf(localHeader)
  while (at !== -1 && at + NAME_AT <= bytes.length) {
    const length = bytes.readUInt16LE(at + NAME_LENGTH_AT)
    names.push(bytes.toString('latin1', at + NAME_AT, at + NAME_AT + length))
    at = bytes.indexOf(localHeader, at + NAME_AT)
  }
  return names
}
