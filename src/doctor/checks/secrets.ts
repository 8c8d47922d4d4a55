import { join } from 'node:path'
import { allSettings } from '../../config-reference.ts'
import { type Check, expect, fail, ok, skipped, warn } from '../check.ts'
import type { Patient } from '../patient.ts'

/** Characters that a random key of 32 would hardly ever have fewer of. */
const FEWEST_CHARACTERS = 10

export const secretChecks: readonly Check[] = [
  {
    id: 'secrets.key-length',
    meaning: 'SECRET_KEY has at least 32 characters: who guesses it can log in as anybody.',
    fix: 'openssl rand -hex 32 makes one. A change ends all sessions and makes stored second factors unreadable.',
    look({ config: { SECRET_KEY: key } }) {
      if (key === '') return skipped('none yet: the first start makes one in DATA_DIR')
      return expect(key.length >= 32, `${key.length >= 64 ? 'at least 64' : key.length} characters`)
    },
  },
  {
    id: 'secrets.key-randomness',
    meaning: 'SECRET_KEY is random, not a word or an example.',
    fix: 'openssl rand -hex 32 makes one. A change ends all sessions and makes stored second factors unreadable.',
    look({ config: { SECRET_KEY: key } }) {
      if (key === '') return skipped('none yet: the first start makes one in DATA_DIR')
      if (/change.?me|example|secret|password|your|default/i.test(key)) return fail('it contains a word of examples')
      return expect(new Set(key).size >= FEWEST_CHARACTERS, `${new Set(key).size} different characters`)
    },
  },
  {
    id: 'secrets.file-modes',
    meaning: 'Only its owner reads a file that holds a secret.',
    fix: 'chmod 600 FILE; sudo chown "$(id -u)" FILE',
    async look(patient) {
      const paths = await secretFiles(patient)
      if (paths.length === 0) return skipped('no secret is read from a file')
      const open = paths.filter(({ path, mode }) => (mode & (path.startsWith('/run/secrets/') ? 0o022 : 0o077)) !== 0)
      return open.length === 0
        ? ok(`${paths.length} closed to others`)
        : fail(open.map(({ path, mode }) => `${path} has mode ${mode.toString(8).padStart(4, '0')}`).join(', '))
    },
  },
  {
    id: 'secrets.in-environment',
    meaning:
      'In production secrets come from files: the environment is seen by children, crash reports and docker inspect.',
    fix: 'Write the value to a file with mode 0600 and set NAME_FILE instead of NAME; docker-compose.prod.yml does so.',
    look({ config, environment }) {
      if (config.ENVIRONMENT !== 'production') return skipped('ENVIRONMENT is not production')
      const names = allSettings().flatMap(({ name, isSecret }) => (isSecret && environment[name] ? [name] : []))
      // An address without a password is no secret.
      const secret = names.filter((name) => name !== 'REDIS_URL' || /:[^@/]+@/.test(environment[name] ?? ''))
      return secret.length === 0 ? ok('all from files') : warn(`in the environment: ${secret.join(', ')}`)
    },
  },
]

/** The files that secrets are read from, the generated key among them. */
async function secretFiles({ config, environment, fileSystem }: Patient) {
  const named = allSettings().flatMap(({ name, isSecret }) => (isSecret ? (environment[`${name}_FILE`] ?? []) : []))
  const paths = [...named.filter((path) => path !== ''), join(config.DATA_DIR, 'secret-key')]
  const found = await Promise.all(
    // Files of settings exist, the configuration was read from them; the generated key may not.
    paths.map((path) =>
      fileSystem(path).then(
        ({ mode }) => ({ path, mode }),
        () => null,
      ),
    ),
  )
  return found.filter((one) => one !== null)
}
