import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Insertable } from 'kysely'
import type { ProgressSummary } from '#modules/enrollments/index.ts'
import type { Database } from '../../src/database.ts'
import type { ApiClient, Harness } from './harness.ts'

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

/** Enrolls `student` through the API; returns the id of the enrollment. */
export async function enroll(student: ApiClient, courseId: string): Promise<string> {
  const response = await student.post(`/courses/${courseId}/enrollments`)
  assert.ok(response.statusCode === 201 || response.statusCode === 200, response.body)
  return response.json().id
}

/** Marks lessons as done through the API, one after the other; returns the progress after the last. */
export async function complete(student: ApiClient, enrollmentId: string, ...lessonIds: string[]) {
  let progress: ProgressSummary | undefined
  for (const lessonId of lessonIds) {
    const response = await student.post(`/enrollments/${enrollmentId}/lessons/${lessonId}/complete`)
    assert.equal(response.statusCode, 200, response.body)
    progress = response.json().progress
  }
  return progress
}
