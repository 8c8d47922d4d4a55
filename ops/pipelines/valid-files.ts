import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'

/** Parses every JSON and YAML file that git knows below the working directory; names each broken one with its place. */

const files = execFileSync('git', ['ls-files', '-z', '*.json', '*.yml', '*.yaml'], { encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '')

const faults = files.flatMap((path) => {
  const text = readFileSync(join(process.cwd(), path), 'utf8')
  return (path.endsWith('.json') ? jsonFaults(text) : yamlFaults(text)).map((fault) => `${path}: ${fault}`)
})

for (const fault of faults) process.stderr.write(`${fault}\n`)
if (faults.length === 0) process.stdout.write(`${files.length} JSON and YAML files are valid.\n`)
process.exitCode = faults.length === 0 && files.length > 0 ? 0 : 1

function jsonFaults(text: string): string[] {
  try {
    JSON.parse(text)
    return []
  } catch (error) {
    return [(error as Error).message]
  }
}

function yamlFaults(text: string): string[] {
  return parseAllDocuments(text).flatMap((document) =>
    document.errors.map(({ message }) => message.split('\n')[0] ?? ''),
  )
}
