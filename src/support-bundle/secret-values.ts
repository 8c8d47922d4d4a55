import { readFileSync } from 'node:fs'
import { allSettings } from '../config-reference.ts'

/** Names of variables of other programs whose values are not for strangers either. */
const telling = /SECRET|PASSWORD|PASSWD|TOKEN|KEY|DSN|WEBHOOK|CREDENTIAL/i

/**
 * Every secret that the process knows, from its variables and the files they name, also when the configuration is not
 * valid; the generated key in `keptKeyPath` is one of them.
 */
export function secretValues(environment: Readonly<Record<string, string | undefined>>, keptKeyPath: string): string[] {
  const settings = new Set<string>(allSettings().flatMap(({ name, isSecret }) => (isSecret ? [name] : [])))
  const isSecret = (name: string) => settings.has(name) || telling.test(name)
  const values = Object.entries(environment).flatMap(([name, value = '']) => {
    if (name.endsWith('_FILE')) return isSecret(name.slice(0, -'_FILE'.length)) ? contentOf(value) : []
    return isSecret(name) ? [value] : []
  })
  return [...values, ...contentOf(keptKeyPath)].filter((value) => value !== '')
}

function contentOf(path: string): string[] {
  try {
    return [readFileSync(path, 'utf8').trim()]
  } catch {
    return []
  }
}
