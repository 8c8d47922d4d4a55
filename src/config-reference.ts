import { type Config, ConfigSchema, isSecret, type SettingName } from './settings.ts'

export interface Setting {
  readonly name: SettingName
  readonly description: string
  /** As it is written in the environment; empty when there is none. */
  readonly default: string
  readonly values: string
  readonly isSecret: boolean
}

interface SettingSchema {
  readonly type?: string
  readonly description: string
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

/** `.env.example`: every setting with its meaning, commented out at its default. */
export function environmentExample(): string {
  const settings = allSettings().map(({ name, description, values, isSecret, ...setting }) => {
    const hints = [values, isSecret ? `or the path of a file in ${name}_FILE` : ''].filter((hint) => hint !== '')
    const meaning = [description, ...(hints.length > 0 ? [`(${hints.join('; ')})`] : [])].join(' ')
    return `# ${meaning}\n# ${name}=${setting.default}\n`
  })
  return `# Settings of LMS Backend: copy to .env and remove the # of what you change. What is commented out has its default.
# Generated from src/config.ts by "npm run generate".

${settings.join('\n')}`
}

/** The table of all settings in Markdown. */
export function configurationReference(): string {
  const rows = allSettings().map(({ name, description, values, isSecret, ...setting }) => {
    const shownDefault = setting.default === '' ? '' : `\`${setting.default}\``
    return `| \`${name}\`${isSecret ? ' (secret)' : ''} | ${values} | ${shownDefault} | ${cell(description)} |`
  })
  return `# Configuration

<!-- Generated from src/config.ts by "npm run generate": do not edit. -->

Every setting is an environment variable. All mistakes are reported at once when the process starts. \`NAME_FILE\` reads
the value of \`NAME\` from a file, as Docker secrets need it; setting both is a mistake. An empty variable counts as not
set. Lists are comma-separated. \`node src/main.ts config\` prints what is in effect, secrets hidden.

| Variable | Values | Default | Meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

/** The configuration in effect, one setting a line, fit to be shown: of a secret only whether it is set. */
export function effectiveConfiguration(config: Config): string {
  return allSettings()
    .map(({ name, isSecret }) => {
      const value = asText(config[name])
      return `${name}=${isSecret && value !== '' ? '(hidden)' : value}\n`
    })
    .join('')
}

/** Every setting of the product, in the order of the schema. */
export function allSettings(): Setting[] {
  return Object.entries(ConfigSchema.properties as unknown as Record<string, SettingSchema>).map(([name, schema]) => ({
    name: name as SettingName,
    description: schema.description,
    default: asText(schema.default),
    values: valuesOf(schema),
    isSecret: isSecret(schema),
  }))
}

function valuesOf({ type, enum: choices, minimum, maximum }: SettingSchema): string {
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ')
  if (type === 'boolean') return '`true`, `false`'
  if (type === 'integer' || type === 'number') return `${minimum} to ${maximum}`
  return type === 'array' ? 'list' : ''
}

function asText(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value ?? '')
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
