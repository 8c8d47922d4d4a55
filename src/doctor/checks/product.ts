import { atMost, type Check, expect, fail, ok, skipped, warn } from '../check.ts'
import { duration } from '../duration.ts'

const needs = 'database.migrations'

/** What the tables tell: jobs, mails, administrators, sealed secrets. */
export const productChecks: readonly Check[] = [
  {
    id: 'queue.dead-jobs',
    meaning: 'No job has used up its attempts: its work (a mail, a certificate) was never done.',
    fix: 'node src/main.ts jobs list --dead; remove the cause; node src/main.ts jobs retry --all',
    needs,
    async look({ product }) {
      const { deadJobs, deadJobNames } = await product()
      return deadJobs === 0 ? ok('none') : warn(`${deadJobs}: ${deadJobNames.join(', ')}`)
    },
  },
  {
    id: 'queue.oldest-waiting',
    meaning: 'Due jobs begin within minutes: otherwise no process runs jobs, or too few.',
    fix: 'Is a worker running? docker compose -f docker-compose.prod.yml ps; node src/main.ts work; then docs/runbooks/jobs-late.md',
    needs,
    async look({ product, now }) {
      const { oldestDue } = await product()
      if (oldestDue === null) return ok('nothing waits')
      const seconds = (now().getTime() - Date.parse(oldestDue)) / 1000
      return atMost(seconds, 300, 3600, `due for ${duration(seconds)}`)
    },
  },
  {
    id: 'queue.backlog',
    meaning: 'The outbox is short: what waits there is done late.',
    fix: 'Add workers or raise JOB_CONCURRENCY; node src/main.ts jobs list --waiting; then docs/runbooks/job-backlog-long.md',
    needs,
    async look({ product }) {
      const { waitingJobs } = await product()
      return atMost(waitingJobs, 1000, 10_000, `${waitingJobs} due`)
    },
  },
  {
    id: 'queue.abandoned-jobs',
    meaning: 'No job belongs to a process that died: another one takes it when its lease has ended.',
    fix: 'Start a worker: node src/main.ts work; then docs/runbooks/jobs-stuck.md',
    needs,
    async look({ product }) {
      const { abandonedJobs } = await product()
      return expect(abandonedJobs === 0, `${abandonedJobs}`, warn)
    },
  },
  {
    id: 'queue.recurring-jobs',
    meaning: 'Recurring jobs are enqueued on time: expiry, reminders and cleaning up hang on them.',
    fix: 'Start a process that runs jobs: node src/main.ts work (embedded: npm start); then docs/runbooks/workers-gone.md',
    needs,
    async look({ product, now }) {
      const { recurringJobs, nextRecurring } = await product()
      if (nextRecurring === null) return warn('none was ever planned: no process has run jobs yet')
      const seconds = (now().getTime() - Date.parse(nextRecurring)) / 1000
      return atMost(seconds, 300, 3600, seconds > 0 ? `late by ${duration(seconds)}` : `${recurringJobs} on time`)
    },
  },
  {
    id: 'product.maintenance',
    meaning: 'The product is not under maintenance, and no maintenance lasts longer than people were told.',
    fix: 'node src/main.ts maintenance off ends it; maintenance on --until TIME tells people a later end.',
    needs,
    async look({ product, now }) {
      const { maintenance } = await product()
      if (maintenance === null) return ok('none')
      const { begunAt, endsAt } = maintenance
      if (endsAt === null) return warn(`since ${begunAt}, without an end that people are told`)
      const overdueSeconds = (now().getTime() - Date.parse(endsAt)) / 1000
      return overdueSeconds > 0
        ? fail(`since ${begunAt}, overdue by ${duration(overdueSeconds)}`)
        : warn(`since ${begunAt}, expected until ${endsAt}`)
    },
  },
  {
    id: 'mail.failures',
    meaning: 'No mail of the last day is stuck with an error of the mail server.',
    fix: 'node src/main.ts jobs list --waiting shows the errors; then docs/runbooks/mail-failing.md',
    needs,
    async look({ product }) {
      const { failedMails } = await product()
      return expect(failedMails === 0, failedMails === 0 ? 'none' : `${failedMails} failed and wait or are dead`, warn)
    },
  },
  {
    id: 'secrets.database-key',
    meaning: 'SECRET_KEY opens what is sealed in the database: otherwise nobody with an app can log in.',
    fix: 'Put the SECRET_KEY back under which the database was filled. If it is lost: switch off the second factor of those concerned.',
    needs,
    async look({ product }) {
      const { sealedSecrets, unreadableSecrets } = await product()
      if (sealedSecrets === 0) return skipped('nothing is sealed yet')
      return expect(unreadableSecrets === 0, `${unreadableSecrets} of ${sealedSecrets} secrets cannot be opened`)
    },
  },
  {
    id: 'administrators.present',
    meaning: 'There is an administrator, and a second one for the day the first is away.',
    fix: 'node src/main.ts create-admin --email you@example.org --name You --generate-password',
    needs,
    async look({ product }) {
      const { administrators } = await product()
      if (administrators === 0) return fail('none')
      return expect(administrators > 1, `${administrators}`, warn)
    },
  },
  {
    id: 'administrators.second-factor',
    meaning: 'Every administrator logs in with a second factor: one stolen password is not enough.',
    fix: 'Each of them: log in and set it up (POST /api/v1/users/me/totp), or in the account page of the front end.',
    needs,
    async look({ product }) {
      const { administrators, administratorsWithoutSecondFactor: without } = await product()
      if (administrators === 0) return skipped('there is no administrator')
      return expect(without === 0, without === 0 ? 'all of them' : `${without} of ${administrators} have none`, warn)
    },
  },
]
