import { parseArgs } from 'node:util'
import {
  beginMaintenance,
  endMaintenance,
  type PresentMaintenance,
  readMaintenance,
} from '#modules/maintenance/index.ts'
import { type OpenAdapters, openAdapters, withEmbeddedDefaults } from '../adapters.ts'
import { loadConfig } from '../config.ts'
import { checkDatabase, checkSchema } from '../prepare-database.ts'
import { StartError } from '../start-error.ts'

export const maintenanceHelp = `Usage: node src/main.ts maintenance                                      says whether there is any
       node src/main.ts maintenance on [--message TEXT] [--until TIME]    begins it, or changes message and end
       node src/main.ts maintenance off                                  ends it

While there is maintenance every API process answers everybody 503 with Retry-After, within seconds. Administrators go on
as ever, and so do signing in, health, readiness and metrics. Jobs go on, too: for work that must be alone, stop the
workers. It ends only with off.

  --message TEXT   what people are told
  --until TIME     when it is expected to end: 90m, 2h, or a time such as 2026-11-24T22:00:00Z
`

const DEFAULT_MESSAGE = 'The system is under maintenance. Please come back later.'
const MESSAGE_MOST = 500

/** `maintenance` and its actions; returns the exit code. */
export async function switchMaintenance(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { message: { type: 'string' }, until: { type: 'string' } },
  })
  const [action = 'show', ...rest] = positionals
  const hasNotice = values.message !== undefined || values.until !== undefined
  if (rest.length > 0 || !['show', 'on', 'off'].includes(action) || (hasNotice && action !== 'on')) {
    process.stderr.write(maintenanceHelp)
    return 2
  }
  const message = values.message?.trim() ?? DEFAULT_MESSAGE
  if (message === '' || message.length > MESSAGE_MOST) {
    throw new StartError(`--message must have 1 to ${MESSAGE_MOST} characters.`)
  }
  const endsAt = values.until === undefined ? null : readEnd(values.until, new Date())
  return await withDatabase(async (adapters) => {
    if (action === 'on') await begin(adapters, { message, endsAt })
    else if (action === 'off') await end(adapters)
    else tell(await readMaintenance(adapters.db))
    return 0
  })
}

async function begin({ db, now }: OpenAdapters, notice: { message: string; endsAt: string | null }): Promise<void> {
  await beginMaintenance(db, notice, now())
  tell(await readMaintenance(db))
  process.stdout.write('Every process follows within a few seconds.\n')
}

async function end({ db, now }: OpenAdapters): Promise<void> {
  const ended = await endMaintenance(db, now())
  process.stdout.write(ended ? `Maintenance since ${ended.begunAt} has ended.\n` : 'There was no maintenance.\n')
}

function tell(present: PresentMaintenance | null): void {
  process.stdout.write(
    present
      ? `Maintenance since ${present.begunAt}, ${present.endsAt ? `expected until ${present.endsAt}` : 'no end is told'}: ${present.message}\n`
      : 'There is no maintenance.\n',
  )
}

async function withDatabase(work: (adapters: OpenAdapters) => Promise<number>): Promise<number> {
  const config = withEmbeddedDefaults(loadConfig(process.env))
  // Redis has no part in this, and may be what is repaired.
  const adapters = await openAdapters({ ...config, REDIS_URL: '' })
  try {
    await checkDatabase(adapters.db, config.DATABASE_URL)
    await checkSchema(adapters.db)
    return await work(adapters)
  } finally {
    await adapters.close()
  }
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `90m`, `2h`, `1d`, or a time with its zone. */
export function readEnd(text: string, now: Date): string {
  const [, count, unit = ''] = /^(\d{1,4})([mhd])$/.exec(text) ?? []
  if (count) return new Date(now.getTime() + Number(count) * (UNIT_MS[unit] ?? 0)).toISOString()
  const end = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? new Date(text) : null
  if (end === null || Number.isNaN(end.getTime())) {
    throw new StartError(`--until ${text}: give 90m, 2h, 1d or a time with its zone such as 2026-11-24T22:00:00Z.`)
  }
  if (end <= now) throw new StartError(`--until ${text} has passed already.`)
  return end.toISOString()
}
