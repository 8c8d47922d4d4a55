import { parseArgs } from 'node:util'
import {
  discardDeadJobs,
  type JobSelection,
  type JobSummary,
  listJobs,
  retryDeadJobs,
} from '#platform/jobs/operations.ts'
import { type OpenAdapters, openAdapters, withEmbeddedDefaults } from '../adapters.ts'
import { loadConfig } from '../config.ts'
import { checkDatabase, checkSchema } from '../prepare-database.ts'
import { jobTable } from './job-table.ts'

export const jobsHelp = `Usage: node src/main.ts jobs list    [--dead | --waiting | --running] [--job NAME] [--limit N]
       node src/main.ts jobs retry   ID ... | --all [--job NAME]
       node src/main.ts jobs discard ID ... | --all [--job NAME]

  list       unfinished jobs, oldest first: which, since when, after how many attempts, with what error
  retry      dead jobs get all their attempts again, from now; running processes take them within a second
  discard    dead jobs are deleted for good, undone

  --dead, --waiting, --running   only jobs in this state
  --job NAME                     only jobs of this name, such as notifications.send-mail
  --limit N                      at most so many lines; default 50
  --all                          every dead job (of that name)

Done jobs are deleted, so what is listed is what is left to do. It works beside running processes, on their database.
Exit code 0: done; 1: a job was not dead or not there; 2: wrong usage.
`

type Action = (adapters: OpenAdapters, options: Options, ids: readonly string[]) => Promise<number>
type Options = ReturnType<typeof parse>['values']

const actions: Readonly<Record<string, Action>> = { list, retry, discard }

/** Lists jobs, or retries or discards dead ones. */
export async function operateJobs(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args)
  const [name = '', ...ids] = positionals
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (!action || (name === 'list' ? ids.length > 0 : ids.length > 0 === (values.all ?? false))) {
    process.stderr.write(jobsHelp)
    return 2
  }
  const config = withEmbeddedDefaults(loadConfig(process.env))
  const adapters = await openAdapters(config)
  try {
    await checkDatabase(adapters.db, config.DATABASE_URL)
    await checkSchema(adapters.db)
    return await action(adapters, values, ids)
  } finally {
    await adapters.close()
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      dead: { type: 'boolean' },
      waiting: { type: 'boolean' },
      running: { type: 'boolean' },
      all: { type: 'boolean' },
      job: { type: 'string' },
      limit: { type: 'string', default: '50' },
    },
  })
}

async function list({ db, now }: OpenAdapters, options: Options): Promise<number> {
  const limit = Number(options.limit)
  const states = (['dead', 'waiting', 'running'] as const).filter((state) => options[state])
  if (!Number.isInteger(limit) || limit < 1 || states.length > 1) {
    process.stderr.write(jobsHelp)
    return 2
  }
  const { jobs, total } = await listJobs(db, { state: states[0], name: options.job }, limit)
  process.stdout.write(describeList(jobs, total, now()))
  return 0
}

function describeList(jobs: readonly JobSummary[], total: number, now: Date): string {
  if (jobs.length === 0) return 'No such job.\n'
  const count = total === 1 ? '1 job' : `${total} jobs`
  const more = total > jobs.length ? `, ${total - jobs.length} not shown: see --limit` : ''
  return `${jobTable(jobs, now, process.stdout)}${count}${more}.\n`
}

async function retry({ db, now }: OpenAdapters, options: Options, ids: readonly string[]): Promise<number> {
  const retried = await retryDeadJobs(db, selectionOf(options, ids), now())
  return report('Will be tried again', retried, ids)
}

async function discard({ db }: OpenAdapters, options: Options, ids: readonly string[]): Promise<number> {
  return report('Discarded', await discardDeadJobs(db, selectionOf(options, ids)), ids)
}

function selectionOf(options: Options, ids: readonly string[]): JobSelection {
  return { ids: options.all ? undefined : ids, name: options.job }
}

function report(what: string, changed: readonly string[], asked: readonly string[]): number {
  process.stdout.write(`${what}: ${changed.length === 1 ? '1 job' : `${changed.length} jobs`}.\n`)
  const missed = asked.filter((id) => !changed.includes(id))
  for (const id of missed) process.stderr.write(`${id} is not a dead job.\n`)
  return missed.length > 0 ? 1 : 0
}
