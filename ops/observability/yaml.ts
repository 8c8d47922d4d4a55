export type YamlValue =
  | string
  | number
  | boolean
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue | undefined }

/** YAML of plain data, in block style. */
export function yaml(value: YamlValue, indent = ''): string {
  if (Array.isArray(value)) return value.map((item) => `${indent}- ${yaml(item, `${indent}  `).trimStart()}`).join('')
  if (typeof value !== 'object') return `${scalar(value as string | number | boolean)}\n`
  return Object.entries(value)
    .filter((entry): entry is [string, YamlValue] => entry[1] !== undefined)
    .map(([key, item]) => `${indent}${key}:${isBlock(item) ? `\n${yaml(item, `${indent}  `)}` : ` ${yaml(item)}`}`)
    .join('')
}

function isBlock(value: YamlValue): boolean {
  return typeof value === 'object' && Object.keys(value).length > 0
}

/** Words need no quotes; what could be read as something else, or holds a sign with a meaning, does: the kind it lacks. */
function scalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value)
  const isPlain = /^[A-Za-z_/][\w./ -]*$/.test(value) && !/^(true|false|yes|no|on|off|null)$/i.test(value)
  if (isPlain) return value
  return value.includes('"') && !/['\n]/.test(value) ? `'${value}'` : JSON.stringify(value)
}
