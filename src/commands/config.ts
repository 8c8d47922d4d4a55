import { parseArgs } from 'node:util'
import { loadConfig } from '../config.ts'
import { configurationReference, effectiveConfiguration } from '../config-reference.ts'

/** Prints the configuration in effect with secrets hidden; with `--reference` the table of all settings. */
export async function printConfig(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { reference: { type: 'boolean' } } })
  process.stdout.write(values.reference ? configurationReference() : effectiveConfiguration(loadConfig(process.env)))
  return 0
}
