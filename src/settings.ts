import { type Static, Type } from 'typebox'
import { logLevels } from '#platform/log/log.ts'

const text = (description: string, options: Record<string, unknown> = {}) => Type.String({ description, ...options })
const whole = (description: string, defaultValue: number, minimum: number, maximum = 1_000_000_000) =>
  Type.Integer({ description, default: defaultValue, minimum, maximum })
const flag = (description: string, defaultValue: boolean) => Type.Boolean({ description, default: defaultValue })
const list = (description: string, defaultValue: string[]) =>
  Type.Array(Type.String({ minLength: 1 }), { description, default: defaultValue })
const choice = <const V extends string>(values: readonly V[], description: string, defaultValue: V) =>
  Type.Unsafe<V>({ enum: values, description, default: defaultValue })

/**
 * Every setting: its meaning, unit, default and limits. `.env.example` and the reference in `docs/` are generated from
 * here. `secret: true` settings never have a default and never appear in a log. Lists are comma-separated.
 */
export const ConfigSchema = Type.Object({
  ENVIRONMENT: choice(
    ['development', 'staging', 'production'],
    'Where this runs; `production` refuses unsafe settings.',
    'development',
  ),
  DEBUG: flag('Logs more, and lets a developer see why a request failed. Refused in production.', false),
  HOST: text('Address to listen on.', { default: '127.0.0.1' }),
  PORT: whole('Port of the HTTP API.', 8000, 0, 65_535),
  DATA_DIR: text('Directory for the embedded database, files, mails and generated secrets.', { default: './data' }),
  TIME_ZONE: text('IANA name of the time zone in which deadlines are meant whose author names none.', {
    default: 'UTC',
    pattern: '^[A-Za-z][A-Za-z0-9_+/-]*$',
    rule: 'must be the IANA name of a time zone, such as Europe/Berlin',
  }),
  RELEASE: text('Identifier of the running release, shown by health, metrics and error reports.', {
    default: 'development',
  }),

  DATABASE_URL: text(
    '`sqlite:PATH` keeps everything in one file; `postgresql://…` needs a server. Default: `sqlite:` in DATA_DIR.',
    {
      pattern: '^(sqlite:.+|postgres(ql)?://.+)$',
      rule: 'must be sqlite:PATH or postgresql://USER:PASSWORD@HOST:PORT/DATABASE',
      default: '',
      secret: true,
    },
  ),
  DATABASE_POOL_SIZE: whole('PostgreSQL connections of one process.', 10, 1, 500),
  DATABASE_ACQUIRE_TIMEOUT_SECONDS: whole(
    'How long a request waits for a free connection before it gets 503.',
    3,
    1,
    60,
  ),
  DATABASE_STATEMENT_TIMEOUT_SECONDS: whole('Longest run time of one statement.', 15, 1, 600),
  MIGRATE_ON_START: flag(
    'Applies pending migrations when the process starts. Embedded: yes; production runs `migrate` once per release.',
    true,
  ),
  REDIS_URL: text('`redis://…`; empty: cache, rate limits and token blacklist live in this process.', {
    pattern: '^(rediss?://.+)?$',
    rule: 'must be redis://HOST:PORT/NUMBER, or rediss:// with TLS',
    default: '',
    secret: true,
  }),
  REDIS_PREFIX: text('Put before every key, so that two environments can share one Redis.', {
    default: 'lms:',
    pattern: '^[a-z0-9:_-]+$',
    rule: 'must consist of a-z, 0-9, “:”, “_” and “-”',
  }),

  SECRET_KEY: text(
    'Signs access tokens and encrypts stored TOTP secrets: 64 random characters, at least 32. Embedded mode makes one in DATA_DIR.',
    { default: '', secret: true },
  ),
  ACCESS_TOKEN_MINUTES: whole('Life of an access token.', 15, 1, 1440),
  REFRESH_TOKEN_DAYS: whole('Life of a session without use.', 30, 1, 365),
  ACCESS_TOKEN_BLACKLIST_FAIL_CLOSED: flag(
    'With Redis unreachable: true answers authenticated calls 503, false lets the signature alone decide.',
    true,
  ),
  PASSWORD_HASH_MEMORY_KIB: whole(
    'Argon2id memory per password; production needs at least 19456 (OWASP).',
    19_456,
    8,
    1_048_576,
  ),
  PASSWORD_HASH_PASSES: whole('Argon2id passes; production needs at least 2.', 2, 1, 20),

  TRUSTED_HOSTS: list(
    'Host names the API answers to, `*.example.org` for subdomains, `*` for any (refused in production).',
    ['*'],
  ),
  TRUSTED_PROXIES: list('Addresses or networks (CIDR) of proxies whose X-Forwarded-For is believed. Empty: none.', []),
  CORS_ORIGINS: list('Origins of browser front ends, such as `https://app.example.org`.', []),
  FRONTEND_BASE_URL: text('Where links in mails lead.', {
    default: 'http://localhost:3000',
    pattern: '^https?://',
    rule: 'must begin with http:// or https://',
  }),
  APP_DOMAIN: text('Public host name of the API; empty outside production.', { default: '' }),
  ENABLE_API_DOCS: flag('Serves the API reference at /docs.', true),
  METRICS_ENABLED: flag('Serves /metrics. The reverse proxy keeps it from the public.', true),

  RATE_LIMIT_PER_MINUTE: whole(
    'Requests a minute from one client (account or network) to one process; 0 switches it off.',
    600,
    0,
  ),
  LOGIN_FAILURES_PER_ACCOUNT: whole(
    'Failed logins to one account from one network before that pair must wait.',
    5,
    1,
    1000,
  ),
  LOGIN_FAILURES_PER_NETWORK: whole(
    'Failed logins a quarter of an hour from one network before it must wait.',
    100,
    1,
    100_000,
  ),

  REGISTRATIONS_PER_NETWORK: whole('Registrations an hour from one network; 0: no limit.', 1000, 0, 100_000),
  MAILS_PER_NETWORK: whole(
    'Mails an hour that one network can ask for, to reset a password or verify an address; 0: no limit.',
    60,
    0,
    100_000,
  ),

  BACKUP_KEY: text(
    'Encrypts backups; make one with `node src/main.ts backup new-key`, and keep a copy elsewhere: without it no backup can be read.',
    {
      pattern: '^(AGE-SECRET-KEY-1[0-9A-Z]{58})?$',
      rule: 'must be a key as `node src/main.ts backup new-key` makes it',
      default: '',
      secret: true,
    },
  ),
  BACKUP_DIRECTORY: text('Where backups are kept; empty: DATA_DIR/backups. Best on another disk.', { default: '' }),
  BACKUP_AZURE_CONTAINER: text(
    'Container for backups in the account of AZURE_STORAGE_CONNECTION_STRING; empty: they are kept on disk.',
    { default: '' },
  ),
  BACKUP_KEEP_DAYS: whole(
    'Backups older than this are removed; the last that was restored on trial never is.',
    14,
    1,
    3650,
  ),
  BACKUP_INTERVAL_HOURS: whole('How often `backup schedule` makes one and restores it on trial.', 24, 1, 168),
  BACKUP_EXTRA_DIRECTORIES: list('Folders that belong to a backup beside our own data, such as that of Caddy.', []),
  BACKUP_METRICS_FILE: text("File for the ages of backups, in the folder of node_exporter's textfile collector.", {
    default: '',
  }),

  SMTP_HOST: text('Mail server; empty: mails are written to DATA_DIR/mail.', { default: '' }),
  SMTP_PORT: whole('Port of the mail server.', 587, 1, 65_535),
  SMTP_USERNAME: text('Account on the mail server; empty: none.', { default: '' }),
  SMTP_PASSWORD: text('Password on the mail server.', { default: '', secret: true }),
  SMTP_SECURITY: choice(['starttls', 'tls', 'none'], 'Encryption towards the mail server.', 'starttls'),
  SMTP_TIMEOUT_SECONDS: whole('How long the mail server may take to answer.', 10, 1, 300),
  MAIL_FROM: text('Sender of every mail.', { default: 'LMS <no-reply@localhost>' }),
  PRODUCT_NAME: text('Name of the institution’s system, in mails and on the start page.', { default: 'LMS Backend' }),

  STORAGE: choice(['disk', 'azure'], 'Where files are kept.', 'disk'),
  AZURE_STORAGE_CONNECTION_STRING: text('Azure Blob account, when STORAGE is `azure`.', { default: '', secret: true }),
  AZURE_STORAGE_CONTAINER: text('Azure Blob container.', { default: 'lms-files' }),
  STORAGE_TIMEOUT_SECONDS: whole('How long Azure may take to answer one request, retries included.', 15, 1, 300),
  UPLOAD_MAX_MEGABYTES: whole('Largest file that may be uploaded.', 200, 1, 100_000),
  UPLOAD_QUOTA_MEGABYTES: whole(
    'What one account may keep in files that belong to no course, all together; 0: no limit.',
    1000,
    0,
  ),
  UPLOAD_DISK_RESERVE_MEGABYTES: whole(
    'Free room that uploads leave on the disk, for the database and the logs, when STORAGE is `disk`.',
    1024,
    0,
  ),

  TASKS_FORCE_INLINE: flag(
    'true: jobs run in this process, still through the outbox. false: workers run them through Redis.',
    true,
  ),
  JOB_CONCURRENCY: whole('Jobs one process runs at the same time.', 4, 1, 100),
  JOB_LEASE_SECONDS: whole(
    'How long the jobs of a process that died wait before another process takes them.',
    30,
    1,
    3600,
  ),
  STRICT_ROUTER_IMPORTS: flag(
    'true: a feature that cannot be set up stops the start. false: it is left out, and /api/v1/ready names it.',
    false,
  ),
  SHUTDOWN_DELAY_SECONDS: whole(
    'How long a stopping process keeps serving as “not ready”, longer than the proxy’s probe interval.',
    0,
    0,
    300,
  ),
  SHUTDOWN_TIMEOUT_SECONDS: whole('How long running requests and jobs may take to finish after that.', 25, 1, 600),

  LOG_LEVEL: choice(logLevels, 'Least severe line that is logged.', 'info'),
  LOG_FORMAT: choice(
    ['auto', 'json', 'text'],
    '`text` for people, `json` for machines; `auto` looks whether a terminal reads it.',
    'auto',
  ),
  ACCESS_LOG: flag('One line per request.', true),
  SENTRY_DSN: text('Error tracking; empty: none.', {
    pattern: '^(https?://[^@/\\s]+@[^/\\s]+(/\\S*)?/\\d+)?$',
    rule: 'must be the DSN of a project, https://KEY@HOST/NUMBER',
    default: '',
    secret: true,
  }),
  SENTRY_TRACES_SAMPLE_RATE: Type.Number({
    description: 'Share of requests and jobs whose time is sent to SENTRY_DSN: 0 none, 1 all.',
    default: 0.01,
    minimum: 0,
    maximum: 1,
  }),
})
export type Config = Readonly<Static<typeof ConfigSchema>>
export type SettingName = keyof Config

export function isSecret(schema: object): boolean {
  return 'secret' in schema && schema.secret === true
}
