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
  // The directory of a TIFF may lie at its end, where file-type looks for what kind it is.
  if (found === undefined && (startsWith(bytes, '49492a00') || startsWith(bytes, '4d4d002a'))) return 'image/tiff'
  return found
}

function startsWith(bytes: Buffer, hexadecimal: string): boolean {
  return bytes.subarray(0, hexadecimal.length / 2).toString('hex') === hexadecimal
}
