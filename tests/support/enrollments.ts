import { randomUUID } from 'node:crypto'
import type { Insertable } from 'kysely'
import type { Database } from '../../src/database.ts'
import type { Harness } from './harness.ts'

/** An active enrollment written straight to the database, with `changes`; returns its id. */
export async function insertEnrollment(
  { db, clock }: Pick<Harness, 'db' | 'clock'>,
  courseId: string,
  userId: string,
  changes: Partial<Insertable<Database['enrollment']>> = {},
): Promise<string> {
  const id = randomUUID()
  await db
    .insertInto('enrollment')
    .values({
      id,
      course_id: courseId,
      user_id: userId,
      status: 'active',
      source: 'self',
      enrolled_at: clock.now().toISOString(),
      expires_at: null,
      ended_at: null,
      ...changes,
    })
    .execute()
  return id
}
