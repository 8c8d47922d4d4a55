import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Insertable } from 'kysely'
import { expireEnrollments, type ProgressSummary } from '#modules/enrollments/index.ts'
import { searchTextOf } from '#modules/users/index.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
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

/** Runs the job that ends what is overdue, and every other job that is due. */
export async function expireOverdue(harness: Harness): Promise<void> {
  await enqueue(harness.db, expireEnrollments, {}, harness.clock.now())
  await harness.runJobs()
}

/** What happened to an enrollment, oldest first, as its student reads it. */
export async function eventsOf(student: ApiClient, enrollmentId: string): Promise<string[]> {
  const response = await student.get(`/enrollments/${enrollmentId}/events`)
  assert.equal(response.statusCode, 200, response.body)
  return response.json().items.map((one: { event: string }) => one.event)
}

/** Students without passwords, written straight to the database; returns their ids. */
export async function insertStudents({ db, clock }: Harness, count: number): Promise<string[]> {
  const at = clock.now().toISOString()
  const people = Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    email: `student-${index}@example.org`,
    full_name: `Student ${index}`,
    search_text: searchTextOf(`Student ${index}`, `student-${index}@example.org`),
    role: 'student' as const,
    status: 'active' as const,
    password_hash: null,
    email_verified_at: null,
    created_at: at,
    updated_at: at,
    last_login_at: null,
  }))
  await db.insertInto('user_account').values(people).execute()
  return people.map(({ id }) => id)
}
