import assert from 'node:assert/strict'
import { Type } from 'typebox'
import { inTransaction } from '#platform/database/transaction.ts'
import { defineJob, handle } from '#platform/jobs/job.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { eventually } from './eventually.ts'
import type { JobLab } from './job-lab.ts'

/** The job of tests of the job system. */
export const greet = defineJob({ name: 'test.greet', payload: Type.Object({ who: Type.String() }), attempts: 3 })

/** A handler of `greet` that remembers whom it greeted. */
export function greeter() {
  const greeted: string[] = []
  return { greeted, handler: handle(greet, async ({ who }) => void greeted.push(who)) }
}

/** Enqueues one job per name, in one transaction. */
export function enqueueGreets({ db, clock }: JobLab, ...names: string[]): Promise<void> {
  return inTransaction(db, async (tx) => {
    for (const who of names) await enqueue(tx, greet, { who }, clock.now())
  })
}

/** Resolves when every job is done. */
export const nothingLeft = (lab: JobLab, timeoutMs = 10_000) =>
  eventually(async () => assert.equal((await lab.rows()).length, 0), { timeoutMs })
