import { closeSync, openSync, readSync } from 'node:fs'
import { fonts } from './fonts.ts'

/** Drawn as nothing whatever the font: joiners, marks of direction, variation selectors, line breaks. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\n\r\t]/u

type Range = readonly [first: number, last: number]

/** The characters of a text that no font has, each once. */
export type Coverage = (text: string) => string[]

/**
 * Tells which characters of a text no font has, each once: they would be drawn as empty boxes. Reads the fonts when it
 * is first asked (a few milliseconds).
 */
export function createCoverage(): Coverage {
  let covered: readonly Range[][] | undefined
  return (text) => {
    covered ??= fonts.map(({ path }) => readCharacterRanges(path))
    const isCovered = (code: number) => covered?.some((ranges) => isWithin(ranges, code))
    const characters = new Set(text.normalize('NFC'))
    return [...characters].filter((one) => !INVISIBLE.test(one) && !isCovered(one.codePointAt(0) ?? 0))
  }
}

function isWithin(ranges: readonly Range[], code: number): boolean {
  let [low, high] = [0, ranges.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const [first, last] = ranges[middle] ?? [0, 0]
    if (code < first) high = middle - 1
    else if (code > last) low = middle + 1
    else return true
  }
  return false
}

/** The characters of a font, from its `cmap` (OpenType specification), in ascending ranges. */
function readCharacterRanges(path: string): Range[] {
  const cmap = readTable(path, 'cmap')
  const subtables = Array.from({ length: cmap.readUInt16BE(2) }, (_, index) => {
    const table = cmap.subarray(cmap.readUInt32BE(8 + index * 8))
    return { format: table.readUInt16BE(0), table }
  })
  const full = subtables.find(({ format }) => format === 12)
  if (full) return readFormat12(full.table)
  const basic = subtables.find(({ format }) => format === 4)
  if (!basic) throw new Error(`${path} has no character map of format 4 or 12`)
  return readFormat4(basic.table)
}

function readFormat12(table: Buffer): Range[] {
  return Array.from({ length: table.readUInt32BE(12) }, (_, index) => {
    const at = 16 + index * 12
    return [table.readUInt32BE(at), table.readUInt32BE(at + 4)] as const
  })
}

/** Segments may hold characters without a glyph: those are told apart one by one. */
function readFormat4(table: Buffer): Range[] {
  const size = table.readUInt16BE(6)
  const [ends, starts, deltas, offsets] = [14, 16 + size, 16 + 2 * size, 16 + 3 * size]
  const ranges: Range[] = []
  for (let at = 0; at < size; at += 2) {
    const offset = table.readUInt16BE(offsets + at)
    const start = table.readUInt16BE(starts + at)
    const end = table.readUInt16BE(ends + at)
    for (let code = start; code <= end && code !== 0xffff; code++) {
      const glyph =
        offset === 0
          ? (code + table.readUInt16BE(deltas + at)) & 0xffff
          : table.readUInt16BE(offsets + at + offset + 2 * (code - start))
      if (glyph !== 0) ranges.push([code, code])
    }
  }
  return ranges
}

/** One table of a font file, which is read as far as needed: some have eight megabytes. */
function readTable(path: string, wanted: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const read = (position: number, length: number) => {
      const bytes = Buffer.alloc(length)
      readSync(file, bytes, 0, length, position)
      return bytes
    }
    const directory = read(12, 16 * read(4, 2).readUInt16BE(0))
    for (let at = 0; at < directory.length; at += 16) {
      if (directory.toString('latin1', at, at + 4) !== wanted) continue
      return read(directory.readUInt32BE(at + 8), directory.readUInt32BE(at + 12))
    }
  } finally {
    closeSync(file)
  }
  throw new Error(`${path} has no table ${wanted}`)
}
