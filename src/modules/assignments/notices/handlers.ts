import type { Kysely } from 'kysely'
import { inTransaction } from '#platform/database/transaction.ts'
import { handle, type JobHandler } from '#platform/jobs/job.ts'
import { enqueueAll } from '#platform/jobs/outbox.ts'
import { defineRecurring } from '#platform/jobs/recurring.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import { openTimeZone } from '#platform/time/time-zone.ts'
import type { Database } from '../../../database.ts'
import { announceWaiting, gradeReleased, remindOfDue, sendDigest, sendReminder, submissionReopened } from './jobs.ts'
import { digestMail, gradedMail, reminderMail, reopenedMail } from './mails.ts'
import {
  selectGradersWithWork,
  selectRecipient,
  selectReminderMail,
  selectSubmissionMail,
  selectWaitingOf,
} from './queries.ts'
import { remindStudents } from './reminding.ts'

export const assignmentsRecurring = [
  defineRecurring({ job: remindOfDue, payload: {}, everySeconds: 3600 }),
  // Before a working day in most of the zones that use the product; the digest is once a day in any case.
  defineRecurring({ job: announceWaiting, payload: {}, dailyAt: '05:00' }),
]

export interface AssignmentHandlersDeps {
  readonly db: Kysely<Database>
  readonly now: () => Date
  readonly mailer: Mailer
}

export function createAssignmentHandlers(deps: AssignmentHandlersDeps): JobHandler[] {
  return [...submissionHandlers(deps), ...reminderHandlers(deps), ...digestHandlers(deps)]
}

function submissionHandlers({ db, mailer }: AssignmentHandlersDeps): JobHandler[] {
  return [
    handle(gradeReleased, async ({ submissionId }, { jobId, signal }) => {
      const found = await selectSubmissionMail(db, submissionId)
      if (!found?.isReleased) return
      await mailer(gradedMail, found.mail, { to: found.email, messageId: jobId, signal })
    }),
    handle(submissionReopened, async ({ submissionId, reason }, { jobId, signal }) => {
      const found = await selectSubmissionMail(db, submissionId)
      if (!found) return
      await mailer(reopenedMail, { ...found.mail, reason }, { to: found.email, messageId: jobId, signal })
    }),
  ]
}

function reminderHandlers({ db, now, mailer }: AssignmentHandlersDeps): JobHandler[] {
  return [
    handle(remindOfDue, (_payload, { signal }) => remindStudents(db, now(), signal)),
    handle(sendReminder, async ({ lessonId, enrollmentId, dueAt }, { jobId, signal }) => {
      const found = await selectReminderMail(db, lessonId, enrollmentId)
      // Whoever has handed in or left meanwhile needs no reminder, nor does anybody after the due date.
      if (!found || new Date(dueAt) <= now()) return
      const local = openTimeZone(found.timeZone).localAt(Date.parse(dueAt)).slice(0, 16).replace('T', ' at ')
      const due = `${local} (${found.timeZone})`
      await mailer(reminderMail, { ...found.mail, due }, { to: found.email, messageId: jobId, signal })
    }),
  ]
}

function digestHandlers({ db, now, mailer }: AssignmentHandlersDeps): JobHandler[] {
  return [
    handle(announceWaiting, (_payload, { finish }) =>
      inTransaction(db, async (tx) => {
        const payloads = (await selectGradersWithWork(tx)).map((userId) => ({ userId }))
        await enqueueAll(tx, sendDigest, payloads, now())
        await finish(tx)
      }),
    ),
    handle(sendDigest, async ({ userId }, { jobId, signal }) => {
      const recipient = await selectRecipient(db, userId)
      const courses = await selectWaitingOf(db, userId)
      if (!recipient || courses.length === 0) return
      const total = courses.reduce((sum, { waiting }) => sum + waiting, 0)
      const params = { fullName: recipient.fullName, total, courses }
      await mailer(digestMail, params, { to: recipient.email, messageId: jobId, signal })
    }),
  ]
}
