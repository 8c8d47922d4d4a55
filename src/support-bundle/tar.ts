import { gzipSync } from 'node:zlib'

const BLOCK_BYTES = 512

/** A `.tar.gz` (POSIX ustar) of small files in one folder. Names are ASCII, 90 characters at most with the folder. */
export function packTar(folder: string, files: Readonly<Record<string, string>>, modifiedAt: Date): Buffer {
  const parts = Object.entries(files).flatMap(([name, text]) => {
    const content = Buffer.from(text)
    const padding = Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES)
    return [headerOf(`${folder}/${name}`, content.length, modifiedAt), content, padding]
  })
  // Two empty blocks end the archive.
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK_BYTES)]))
}

/** The fields and their places: POSIX.1-1988, `tar.h`. Numbers are octal. */
function headerOf(path: string, sizeBytes: number, modifiedAt: Date): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES)
  const octal = (value: number, width: number) => value.toString(8).padStart(width, '0')
  header.write(path, 0)
  header.write(octal(0o600, 7), 100)
  header.write(octal(0, 7), 108)
  header.write(octal(0, 7), 116)
  header.write(octal(sizeBytes, 11), 124)
  header.write(octal(Math.floor(modifiedAt.getTime() / 1000), 11), 136)
  // The checksum counts its own field as spaces.
  header.write(' '.repeat(8), 148)
  header.write('0', 156)
  header.write('ustar\0' + '00', 257)
  const checksum = header.reduce((sum, byte) => sum + byte, 0)
  header.write(`${octal(checksum, 6)}\0 `, 148)
  return header
}
