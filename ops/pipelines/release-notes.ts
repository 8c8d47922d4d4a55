import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Usage: release-notes.ts VERSION. Prints what CHANGELOG.md says of that version; fails when package.json names another. */
const version = process.argv[2] ?? ''
const root = join(import.meta.dirname, '../..')
const packaged = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
const sections = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').split(/^## /m).slice(1)
const section = sections.find((text) => text.startsWith(`${version} `) || text.startsWith(`${version}\n`))
const notes = section?.slice(section.indexOf('\n')).trim()

if (packaged !== version) {
  process.stderr.write(`package.json says ${packaged}, not ${version}: change it first.\n`)
  process.exitCode = 1
} else if (!notes) {
  process.stderr.write(`CHANGELOG.md has no section "## ${version}" with text: write it first.\n`)
  process.exitCode = 1
} else {
  process.stdout.write(`${notes}\n`)
}
