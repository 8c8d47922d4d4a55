import type { Kysely } from 'kysely'
import { createDeadlineCalculator, selectAccommodationsOfItem } from '#modules/deadlines/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { enqueueAll } from '#platform/jobs/outbox.ts'
import type { Database } from '../../../database.ts'
import type { AssignmentRow } from '../assignment/queries.ts'
import { ruleOf } from '../assignment/rule.ts'
import { sendReminder } from './jobs.ts'
import { insertReminders, selectDueAssignments, selectUnreminded } from './queries.ts'

/** So long before the due date students are reminded, at the latest one run of the job later. */
const AHEAD_MS = 24 * 60 * 60 * 1000
const BATCH = 500

type Executor = Kysely<Database>

/**
 * Enqueues a mail for every student who has handed in nothing for an assignment that is due, for him, within a day. In
 * batches, each with its marks in one transaction: stopped and run again, it reminds nobody twice.
 */
export async function remindStudents(db: Executor, now: Date, signal: AbortSignal): Promise<void> {
  const until = new Date(now.getTime() + AHEAD_MS)
  for (const assignment of await selectDueAssignments(db, now.toISOString(), until.toISOString())) {
    for (let after: string | undefined = ''; after !== undefined && !signal.aborted; ) {
      after = await remindBatch(db, assignment, { after, now, until })
    }
  }
}

/** Returns the last enrollment that was looked at; undefined: there are no more. */
async function remindBatch(
  db: Executor,
  assignment: AssignmentRow,
  { after, now, until }: { readonly after: string; readonly now: Date; readonly until: Date },
): Promise<string | undefined> {
  const { lesson_id: lessonId, course_id: courseId } = assignment
  const at = now.toISOString()
  return inTransaction(db, async (tx) => {
    const students = await selectUnreminded(tx, assignment, { at, after, limit: BATCH })
    const granted = await selectAccommodationsOfItem(tx, { courseId, itemId: lessonId })
    const calculate = createDeadlineCalculator(ruleOf(assignment))
    const due = new Map<string, string>()
    for (const { enrollment_id, user_id } of students) {
      const { dueAt } = calculate(granted.get(user_id) ?? [], { startedAt: null })
      if (dueAt !== null && dueAt > at && new Date(dueAt) <= until) due.set(enrollment_id, dueAt)
    }
    const marked = await insertReminders(tx, lessonId, [...due.keys()], at)
    const payloads = [...due].flatMap(([enrollmentId, dueAt]) =>
      marked.has(enrollmentId) ? [{ lessonId, enrollmentId, dueAt }] : [],
    )
    await enqueueAll(tx, sendReminder, payloads, now)
    return students.length === BATCH ? students.at(-1)?.enrollment_id : undefined
  })
}
