import { hostMatcher } from '#platform/http/trusted-hosts.ts'
import { parseSender } from '#platform/mail/compose.ts'
import { allSettings } from '../../config-reference.ts'
import { type Check, expect, ok, skipped, warn } from '../check.ts'
import { misspeltSettings } from '../misspelt-settings.ts'

const isProduction = ({ config }: Parameters<Check['look']>[0]) => config.ENVIRONMENT === 'production'

/** Settings that are valid one by one, and still wrong for where this runs. */
export const configurationChecks: readonly Check[] = [
  {
    id: 'configuration.spelling',
    meaning: 'No variable looks like a setting with a spelling mistake: it would be ignored without a word.',
    fix: 'Rename the variable in .env, or remove it. All names: node src/main.ts config --reference',
    look({ environment }) {
      const settings = allSettings().map(({ name }) => name)
      const found = misspeltSettings(Object.keys(environment), settings)
      return found.length === 0
        ? ok('no variable looks misspelt')
        : warn(found.map(({ name, meant }) => `${name} (perhaps ${meant})`).join(', '))
    },
  },
  {
    id: 'configuration.environment',
    meaning: 'What serves a public domain runs as ENVIRONMENT=production, which refuses unsafe settings.',
    fix: 'Set ENVIRONMENT=production (or staging) in .env and start again.',
    look: ({ config }) =>
      expect(
        config.APP_DOMAIN === '' || config.ENVIRONMENT !== 'development',
        `ENVIRONMENT is ${config.ENVIRONMENT}, APP_DOMAIN is ${config.APP_DOMAIN || 'empty'}`,
        warn,
      ),
  },
  {
    id: 'configuration.debug',
    meaning: 'DEBUG is off where others than developers can reach it: it shows why requests fail.',
    fix: 'Set DEBUG=false in .env and start again.',
    look: ({ config }) =>
      expect(!config.DEBUG || config.ENVIRONMENT === 'development', `DEBUG is ${config.DEBUG}`, warn),
  },
  {
    id: 'configuration.trusted-hosts',
    meaning: 'TRUSTED_HOSTS contains APP_DOMAIN: otherwise every request from outside is refused.',
    fix: 'Add the value of APP_DOMAIN to TRUSTED_HOSTS in .env and start again.',
    look({ config }) {
      if (config.APP_DOMAIN === '') return skipped('APP_DOMAIN is empty')
      return expect(
        hostMatcher(config.TRUSTED_HOSTS)(config.APP_DOMAIN),
        `TRUSTED_HOSTS is ${config.TRUSTED_HOSTS.join(', ')}`,
      )
    },
  },
  {
    id: 'configuration.trusted-proxies',
    meaning:
      'A product behind a proxy believes its X-Forwarded-For: otherwise all clients share one address, and one limit.',
    fix: 'Set TRUSTED_PROXIES to the network of the proxy, such as 172.16.0.0/12 for Docker, and start again.',
    look(patient) {
      if (!isProduction(patient)) return skipped('ENVIRONMENT is not production')
      const proxies = patient.config.TRUSTED_PROXIES
      return expect(proxies.length > 0, proxies.length > 0 ? proxies.join(', ') : 'TRUSTED_PROXIES is empty', warn)
    },
  },
  {
    id: 'configuration.cors',
    meaning: 'The origin of FRONTEND_BASE_URL may call the API: otherwise browsers refuse every answer.',
    fix: 'Add the origin of FRONTEND_BASE_URL to CORS_ORIGINS in .env and start again.',
    look({ config }) {
      const { origin, hostname } = new URL(config.FRONTEND_BASE_URL)
      if (hostname === config.APP_DOMAIN) return ok('the front end has the origin of the API')
      const isAllowed = config.CORS_ORIGINS.includes(origin) || config.CORS_ORIGINS.includes('*')
      if (!isAllowed && config.APP_DOMAIN === '') return skipped('APP_DOMAIN is empty: no public front end')
      return expect(isAllowed, `${origin} is ${isAllowed ? '' : 'not '}in CORS_ORIGINS`, warn)
    },
  },
  {
    id: 'configuration.shared-state',
    meaning: 'In production, rate limits and revoked tokens are in Redis: every process has to know them.',
    fix: 'Set REDIS_URL in .env and start again. A single process can do without.',
    look(patient) {
      if (!isProduction(patient)) return skipped('ENVIRONMENT is not production')
      const isShared = patient.config.REDIS_URL !== ''
      return expect(isShared, isShared ? 'REDIS_URL is set' : 'REDIS_URL is empty', warn)
    },
  },
  {
    id: 'configuration.workers',
    meaning: 'In production, jobs run in workers, where they do not slow requests down.',
    fix: 'Set TASKS_FORCE_INLINE=false and run: node src/main.ts work',
    look(patient) {
      if (!isProduction(patient)) return skipped('ENVIRONMENT is not production')
      const isInline = patient.config.TASKS_FORCE_INLINE
      return expect(!isInline, `TASKS_FORCE_INLINE is ${isInline}`, warn)
    },
  },
  {
    id: 'configuration.release',
    meaning: 'RELEASE names the running release in health, metrics and error reports.',
    fix: 'Set RELEASE to the revision that is deployed; the image knows it by itself.',
    look: (patient) =>
      expect(
        !isProduction(patient) || patient.config.RELEASE !== 'development',
        `RELEASE is ${patient.config.RELEASE}`,
        warn,
      ),
  },
  {
    id: 'configuration.sender',
    meaning: 'MAIL_FROM is an address of a real domain in production: mail from localhost is refused everywhere.',
    fix: 'Set MAIL_FROM="Your Institution <no-reply@your-domain>" in .env and start again.',
    look(patient) {
      const { address } = parseSender(patient.config.MAIL_FROM)
      return expect(!isProduction(patient) || !/@localhost$|@[^.]+$/.test(address), `the sender is ${address}`)
    },
  },
]
