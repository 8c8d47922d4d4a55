import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { makeCourse } from './courses.ts'
import { enroll } from './enrollments.ts'
import { createHarness, type Harness, type Person } from './harness.ts'

export interface AssignmentScene extends Harness {
  readonly owner: Person
  readonly student: Person
  readonly courseId: string
  readonly lessonId: string
  readonly enrollmentId: string
  /** The time so many hours from now, as an instant. */
  inHours(hours: number): string
  /** Sets the assignment up anew, with these fields. */
  change(fields: Record<string, unknown>): Promise<void>
  /** Hands in this text as `student`, or as somebody else; returns the receipt. */
  handIn(text?: string, by?: Person): Promise<{ submissionId: string; number: number; lateDays: number }>
}

const plain = { instructions: 'Write an **essay**.', pointsPossible: '10' }

/** A course with one assignment of 10 points and one student; the clock stands still. */
export async function setUpAssignment(
  t: TestContext,
  fields: (inHours: (hours: number) => string) => Record<string, unknown> = () => ({}),
): Promise<AssignmentScene> {
  const harness = await createHarness(t, { settings: { ACCESS_TOKEN_MINUTES: '1440' } })
  harness.clock.freeze()
  const inHours = (hours: number) => new Date(harness.clock.now().getTime() + hours * 3_600_000).toISOString()
  const owner = await harness.signUp('instructor')
  const lesson = { type: 'assignment', title: 'Essay', content: {} }
  const { courseId, lessonIds } = await makeCourse(owner, { course: { title: 'History' }, lessons: [lesson] })
  const [lessonId = ''] = lessonIds
  async function change(changes: Record<string, unknown>): Promise<void> {
    const response = await owner.put(`/lessons/${lessonId}/assignment`, { ...plain, ...changes })
    assert.ok(response.statusCode < 300, response.body)
  }
  await change(fields(inHours))
  const student = await harness.signUp('student', 'Ada Lovelace')
  const enrollmentId = await enroll(student, courseId)
  return {
    ...harness,
    owner,
    student,
    courseId,
    lessonId,
    enrollmentId,
    inHours,
    change,
    async handIn(text = 'My essay.', by = student) {
      const response = await by.post(`/lessons/${lessonId}/submissions`, { text })
      assert.equal(response.statusCode, 201, response.body)
      return response.json()
    },
  }
}

/** Grades a submission as `grader`; returns it as the staff see it. */
export async function grade(grader: Person, submissionId: string, fields: Record<string, unknown>) {
  const response = await grader.put(`/submissions/${submissionId}/grade`, fields)
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

/** What the gradebook has for the assignment and this enrollment. */
export async function gradeOnRecord({ db }: Harness, enrollmentId: string) {
  return db
    .selectFrom('grade')
    .select(['points', 'late_penalty'])
    .where('enrollment_id', '=', enrollmentId)
    .executeTakeFirst()
}
