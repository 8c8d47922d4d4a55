import { readFileSync } from 'node:fs'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { meaninglessValues } from './setting-values.ts'
import { type Config, ConfigSchema, isSecret, type SettingName } from './settings.ts'

export type { Config } from './settings.ts'

/** All mistakes of the configuration at once, one line each, ready to be shown. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[]
  constructor(mistakes: readonly string[]) {
    super(
      `The configuration has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.map((line) => `  ${line}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.mistakes = mistakes
  }
}

const settings = ConfigSchema.properties as Record<SettingName, TSchema & { type?: string; default?: unknown }>

/** Reads `environment` once and reports every mistake at once. `NAME_FILE` reads the value from a file. */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const mistakes: string[] = []
  const values = Object.fromEntries(
    Object.entries(settings).map(([name, schema]) => [name, readSetting(name, schema, environment, mistakes)]),
  ) as Config
  const combined = [
    ...(values.ENVIRONMENT === 'production' ? unsafeInProduction(values) : []),
    ...contradictions(values),
    ...meaninglessValues(values),
  ]
  // One line a setting: a value that could not be read at all was replaced by its default above.
  for (const mistake of combined)
    if (!mistakes.some((known) => nameIn(known) === nameIn(mistake))) mistakes.push(mistake)
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  return Object.freeze(values)
}

function nameIn(mistake: string): string {
  return mistake.slice(0, mistake.indexOf(':')).replace(/_FILE$/, '')
}

function readSetting(
  name: string,
  schema: TSchema & { type?: string; default?: unknown },
  environment: Readonly<Record<string, string | undefined>>,
  mistakes: string[],
): unknown {
  let given = environment[name]
  const file = environment[`${name}_FILE`]
  if (file) {
    if (given) mistakes.push(`${name}: is set twice, as ${name} and as ${name}_FILE; remove one`)
    try {
      given = readFileSync(file, 'utf8').trimEnd()
    } catch (error) {
      mistakes.push(
        `${name}_FILE: cannot read ${file} (${(error as NodeJS.ErrnoException).code}); give the path of a readable file`,
      )
      return schema.default
    }
  }
  if (given === undefined || given === '') return schema.default
  const value = convert(given, schema)
  if (value !== undefined && Value.Check(schema, value)) return value
  mistakes.push(`${name}: ${rule(schema)}${isSecret(schema) ? '' : `, but is “${given}”`}`)
  return schema.default
}

function convert(given: string, schema: { type?: string }): unknown {
  switch (schema.type) {
    case 'boolean':
      return { true: true, '1': true, yes: true, false: false, '0': false, no: false }[given.trim().toLowerCase()]
    case 'integer':
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(given.trim()) ? Number(given) : undefined
    case 'array':
      return given
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
    default:
      return given.trim()
  }
}

function rule(
  schema: TSchema & {
    type?: string
    minimum?: number
    maximum?: number
    enum?: string[]
    pattern?: string
    rule?: string
  },
): string {
  if (schema.type === 'boolean') return 'must be true or false'
  if (schema.type === 'integer') return `must be a whole number from ${schema.minimum} to ${schema.maximum}`
  if (schema.type === 'number') return `must be a number from ${schema.minimum} to ${schema.maximum}`
  if (schema.enum) return `must be one of ${schema.enum.join(', ')}`
  return schema.rule ?? `must match ${schema.pattern}`
}

function unsafeInProduction(config: Config): string[] {
  const checks: [boolean, string][] = [
    [
      config.SECRET_KEY.length < 32,
      'SECRET_KEY: production needs at least 32 characters; make one with: openssl rand -hex 32',
    ],
    [config.DEBUG, 'DEBUG: must be false in production'],
    [config.DATABASE_URL === '', 'DATABASE_URL: production needs the address of the database'],
    [config.TRUSTED_HOSTS.includes('*'), 'TRUSTED_HOSTS: production needs the exact host names, not *'],
    [config.CORS_ORIGINS.includes('*'), 'CORS_ORIGINS: production needs exact origins, not *'],
    [config.PASSWORD_HASH_MEMORY_KIB < 19_456, 'PASSWORD_HASH_MEMORY_KIB: production needs at least 19456'],
    [config.PASSWORD_HASH_PASSES < 2, 'PASSWORD_HASH_PASSES: production needs at least 2'],
    [config.FRONTEND_BASE_URL.startsWith('http://'), 'FRONTEND_BASE_URL: production needs https'],
    [!config.STRICT_ROUTER_IMPORTS, 'STRICT_ROUTER_IMPORTS: must be true in production, which serves all or nothing'],
  ]
  return checks.filter(([isWrong]) => isWrong).map(([, mistake]) => mistake)
}

function contradictions(config: Config): string[] {
  const checks: [boolean, string][] = [
    [
      config.SECRET_KEY !== '' && config.SECRET_KEY.length < 32,
      'SECRET_KEY: must have at least 32 characters; make one with: openssl rand -hex 32',
    ],
    [
      !config.TASKS_FORCE_INLINE && config.REDIS_URL === '',
      'TASKS_FORCE_INLINE: false needs workers behind REDIS_URL; set REDIS_URL or TASKS_FORCE_INLINE=true',
    ],
    [
      !config.TASKS_FORCE_INLINE && config.DATABASE_URL.startsWith('sqlite:'),
      'TASKS_FORCE_INLINE: false needs PostgreSQL; SQLite serves one process only',
    ],
    [
      config.STORAGE === 'azure' && config.AZURE_STORAGE_CONNECTION_STRING === '',
      'AZURE_STORAGE_CONNECTION_STRING: is needed when STORAGE is azure',
    ],
  ]
  return checks.filter(([isWrong]) => isWrong).map(([, mistake]) => mistake)
}
