import { placeOf } from '../prepare-database.ts'
import { reasonOf } from '../start-error.ts'
import { duration } from './duration.ts'
import type { Patient } from './patient.ts'
import { redactionOf } from './redaction.ts'
import { size } from './size.ts'

/** A few lines about the product, and whether its API at `url` is ready. What cannot be had says why; never rejects. */
export async function statusLines(
  patient: Patient,
  url: string,
  timeoutMs: number,
): Promise<{ readonly lines: readonly string[]; readonly isReady: boolean }> {
  const { config } = patient
  const readiness = await askReadiness(url, timeoutMs)
  const rows: readonly (readonly [string, string | Promise<string>])[] = [
    ['release', `${config.RELEASE} here, ${readiness.release} at ${url}`],
    ['environment', `${config.ENVIRONMENT}${config.APP_DOMAIN ? `, https://${config.APP_DOMAIN}` : ''}`],
    ['api', readiness.told],
    ['maintenance', maintenance(patient)],
    ['database', database(patient)],
    ['migrations', migrations(patient)],
    ['redis', redis(patient)],
    ['jobs', jobs(patient)],
    ['mail', config.SMTP_HOST ? `${config.SMTP_HOST}:${config.SMTP_PORT}` : 'files in DATA_DIR/mail'],
    ['files', files(patient)],
    ['administrators', patient.product().then(({ administrators }) => String(administrators))],
  ]
  const redact = redactionOf(config)
  const lines = rows.map(async ([name, told]) => {
    const text = await Promise.resolve(told).catch((error) => `not to be had: ${reasonOf(error)}`)
    return redact(`${name.padEnd(14)}  ${text}`)
  })
  return { lines: await Promise.all(lines), isReady: readiness.isReady }
}

interface ReadinessAnswer {
  readonly status: string
  readonly release: string
  readonly components: Readonly<Record<string, { readonly status: string; readonly reason?: string }>>
}

async function askReadiness(url: string, timeoutMs: number) {
  try {
    const answer = await fetch(`${url}/api/v1/ready`, { signal: AbortSignal.timeout(timeoutMs) })
    const { status, release, components } = (await answer.json()) as ReadinessAnswer
    const down = Object.entries(components).flatMap(([name, one]) =>
      one.status === 'up' ? [] : [`${name} is down${one.reason ? ` (${one.reason})` : ''}`],
    )
    return { isReady: status === 'ready', release, told: [status, ...down].join(', ') }
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error
    return { isReady: false, release: 'none', told: `does not answer (${reasonOf(cause)})` }
  }
}

async function database({ config, database }: Patient): Promise<string> {
  const { postgres, sqlite } = await database()
  const what = postgres
    ? `PostgreSQL ${postgres.version}, ${postgres.connections} of ${postgres.maxConnections} connections`
    : `SQLite ${sqlite?.version}`
  return `${what}, ${size(postgres?.sizeBytes ?? sqlite?.sizeBytes ?? 0)}, ${placeOf(config.DATABASE_URL)}`
}

async function migrations({ database }: Patient): Promise<string> {
  const { pending, lastMigrationAt } = await database()
  return pending.length === 0 ? `none is pending, the last was at ${lastMigrationAt}` : `pending: ${pending.join(', ')}`
}

async function maintenance({ product }: Patient): Promise<string> {
  const { maintenance } = await product()
  if (maintenance === null) return 'none'
  const { begunAt, endsAt, message } = maintenance
  return `since ${begunAt}, ${endsAt ? `expected until ${endsAt}` : 'no end is told'}: ${message}`
}

async function redis({ config, redis }: Patient): Promise<string> {
  if (config.REDIS_URL === '') return 'none: the process keeps it itself'
  const { version, usedBytes, clients } = await redis()
  return `Redis ${version}, ${size(usedBytes)}, ${clients} clients`
}

async function jobs({ product, now }: Patient): Promise<string> {
  const { waitingJobs, deadJobs, oldestDue } = await product()
  const since = oldestDue ? `, the oldest for ${duration((now().getTime() - Date.parse(oldestDue)) / 1000)}` : ''
  return `${waitingJobs} due${since}; ${deadJobs} dead`
}

async function files({ config, fileSystem }: Patient): Promise<string> {
  if (config.STORAGE === 'azure') return `Azure, container ${config.AZURE_STORAGE_CONTAINER}`
  return `${config.DATA_DIR}, ${size((await fileSystem(config.DATA_DIR)).freeBytes)} free`
}
