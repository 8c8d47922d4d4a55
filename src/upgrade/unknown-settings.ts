import { allSettings } from '../config-reference.ts'

/** Variables of compose files, deploy and exporters that begin like a setting. */
const notOurs = [
  'DATABASE_MAX_CONNECTIONS',
  'REDIS_MAXMEMORY',
  'REDIS_EXPORTER_ADDRESS',
  'METRICS_DIR',
  'BACKUP_DIR',
  'SECRETS_DIR',
  'HOST_MOUNT_OPTIONS',
]

/**
 * Variables that begin like a setting of this release and are none: settings of another release, or misspelt. The
 * words that many programs use (LOG, DATA, HOST, PORT) say nothing.
 */
export function unknownSettings(names: readonly string[]): string[] {
  const known = new Set([...allSettings().flatMap(({ name }) => [name, `${name}_FILE`]), ...notOurs])
  const areas = new Set(allSettings().flatMap(({ name }) => (name.includes('_') ? [areaOf(name)] : [])))
  for (const common of ['LOG', 'DATA', 'TIME', 'APP', 'ENABLE', 'PRODUCT']) areas.delete(common)
  return names.filter((name) => !known.has(name) && name.includes('_') && areas.has(areaOf(name))).sort()
}

const areaOf = (name: string): string => name.slice(0, name.indexOf('_'))
