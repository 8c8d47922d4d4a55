import type { Config } from '../config.ts'
import { allSettings } from '../config-reference.ts'

/** Puts `(hidden)` in the place of every secret in a text. */
export type Redaction = (text: string) => string

/** What is shorter than this is a word of every text. */
const SHORTEST_SECRET = 4

/** Hides every secret of `config`: the whole values, and the passwords and keys within addresses. */
export function redactionOf(config: Config): Redaction {
  return redactionOfValues(allSettings().flatMap(({ name, isSecret }) => (isSecret ? String(config[name]) : [])))
}

/** Hides these secrets and what is secret within them: as written, percent-decoded, in JSON and in base64. */
export function redactionOfValues(values: readonly string[]): Redaction {
  const secrets = values
    .filter((value) => !value.startsWith('sqlite:'))
    .flatMap((value) => [value, ...partsOf(value)])
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('base64')])
    // The longest first: what is left of a whole must not show because a part was hidden before.
    .sort((one, other) => other.length - one.length)
  const distinct = [...new Set(secrets)]
  return (text) => distinct.reduce((hidden, secret) => hidden.replaceAll(secret, '(hidden)'), text)
}

/** The password of `scheme://user:password@host`, and the keys of an Azure connection string. */
function partsOf(value: string): string[] {
  const password = /^[a-z+]+:\/\/[^:/@]*:(.*)@/.exec(value)?.[1]
  const user = /^https?:\/\/([^:/@]+)@/.exec(value)?.[1]
  const keys = [...value.matchAll(/(?:AccountKey|SharedAccessSignature)=([^;]+)/g)].map(([, key = '']) => key)
  return [password, user, ...keys].flatMap((part) => (part === undefined ? [] : [part, decoded(part)]))
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
