import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { StartError } from '../start-error.ts'

/** Asks on the terminal; with `hidden` what is typed does not appear. Ctrl-C and the end of the input stop the command. */
export async function ask(question: string, { hidden = false }: { hidden?: boolean } = {}): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  // From here on the terminal shows nothing by itself: what is typed right after the question stays unseen, too.
  const terminal = createInterface({ input: process.stdin, output: hidden ? silent : process.stderr, terminal: true })
  const gaveUp = new AbortController()
  terminal.once('SIGINT', () => gaveUp.abort()).once('close', () => gaveUp.abort())
  if (hidden) process.stderr.write(question)
  try {
    return await terminal.question(question, { signal: gaveUp.signal })
  } catch (error) {
    throw new StartError('Stopped; nothing was made.', error)
  } finally {
    terminal.close()
    if (hidden) process.stderr.write('\n')
  }
}

/** The first line of what is piped in, without its end; empty when nothing is. */
export async function firstLineOfInput(): Promise<string> {
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) return line
  return ''
}
