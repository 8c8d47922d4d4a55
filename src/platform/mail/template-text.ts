import type { MailBlock } from './mail-block.ts'

/** RFC 2646's width: quoted once or twice in a reply it still fits 80 columns. */
const columns = 76

interface TextPage {
  readonly blocks: readonly MailBlock[]
  readonly productName: string
  readonly homeUrl: string
}

/** Expects cleaned blocks. */
export function renderText({ blocks, productName, homeUrl }: TextPage): string {
  // "-- " on its own line is the mark of a signature: mail programs cut it off replies.
  return `${blocks.map(blockText).join('\n\n')}\n\n-- \n${productName}\n${homeUrl}\n`
}

function blockText(block: MailBlock): string {
  switch (block.kind) {
    case 'paragraph':
    case 'smallPrint':
      return wrap(block.text)
    case 'button':
      return `${wrap(`${block.label}:`)}\n${block.url}`
    case 'code':
      return `    ${block.code}`
    case 'list':
      return block.items.map((item) => wrap(item, '- ', '  ')).join('\n')
  }
}

/** Breaks at spaces only: a word wider than the line, such as an address, stays in one piece. */
function wrap(text: string, firstIndent = '', indent = ''): string {
  const lines: string[] = []
  let line = firstIndent
  let hasWord = false
  for (const word of text.split(' ')) {
    const candidate = hasWord ? `${line} ${word}` : line + word
    if (hasWord && width(candidate) > columns) {
      lines.push(line)
      line = indent + word
    } else {
      line = candidate
    }
    hasWord = true
  }
  return [...lines, line].join('\n')
}

function width(text: string): number {
  return [...text].length
}
