import { readFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'

/**
 * Usage: summary.ts TITLE FILE. Writes a page of a run's summary from the output of the test runner: its verdict first,
 * then the table of its passes with the coverage, and what failed.
 */
const [title = 'Tests', file = ''] = process.argv.slice(2)

const lines = readOutput().trimEnd().split('\n')
const verdict = lines.at(-1) ?? ''
const isGreen = /^\d+ passed, 0 failed$/.test(verdict)
const start = lines.lastIndexOf('Failed:')
const details = lines.slice(start >= 0 ? start : -8, -1).join('\n')

process.stdout.write(`## ${isGreen ? 'Passed' : 'FAILED'}: ${title}\n\n**${verdict || 'no output'}**\n\n`)
process.stdout.write(`\`\`\`text\n${details.replaceAll('```', "'''")}\n\`\`\`\n`)

/** A run that never came to its tests leaves no file: that is said, too. */
function readOutput(): string {
  try {
    return stripVTControlCharacters(readFileSync(file, 'utf8'))
  } catch {
    return 'The tests did not run: an earlier step failed.'
  }
}
