import { crc32 } from 'node:zlib'

/** A ZIP archive of these entries, in this order, stored as they are. */
export function zip(entries: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(entries)) {
    const content = Buffer.from(text)
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), fields(name, content), Buffer.from(name), content])
    const central = Buffer.concat([
      Buffer.from('504b01021400', 'hex'),
      fields(name, content),
      Buffer.alloc(10),
      uint32(offset),
      Buffer.from(name),
    ])
    locals.push(local)
    directory.push(central)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.concat([
    Buffer.from('504b050600000000', 'hex'),
    uint16(directory.length),
    uint16(directory.length),
    uint32(central.length),
    uint32(offset),
    uint16(0),
  ])
  return Buffer.concat([...locals, central, end])
}

/** What both headers of an entry have: version, flags, method, time, checksum, sizes, lengths. */
function fields(name: string, content: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('14000000000000000000', 'hex'),
    uint32(crc32(content)),
    uint32(content.length),
    uint32(content.length),
    uint16(Buffer.byteLength(name)),
    uint16(0),
  ])
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
