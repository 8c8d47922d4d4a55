import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { system } from '#modules/audit/index.ts'
import { lockEnrollment } from '#modules/enrollments/index.ts'
import { createGradeItem, recordGrade } from '#modules/gradebook/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { parseDecimal } from '#platform/decimal/decimal.ts'
import { makeCourse } from './courses.ts'
import { insertEnrollment } from './enrollments.ts'
import type { ApiClient, Harness } from './harness.ts'

/** A course with its owner, and students who are enrolled in it. */
export async function makeClass(harness: Harness, students: readonly string[] = ['Ada Lovelace']) {
  const owner = await harness.signUp('instructor', 'Grace Hopper')
  const { courseId } = await makeCourse(owner)
  const people: Learner[] = []
  for (const name of students) {
    const person = await harness.signUp('student', name)
    people.push({ ...person, enrollmentId: await insertEnrollment(harness, courseId, person.userId) })
  }
  const [student] = people
  assert.ok(student)
  return { owner, courseId, student, students: people }
}

export type Learner = Awaited<ReturnType<Harness['signUp']>> & { readonly enrollmentId: string }

/** Adds somebody to the staff of a course. */
export async function addStaff(harness: Harness, owner: ApiClient, courseId: string, staffRole: string) {
  const person = await harness.signUp(staffRole === 'teaching-assistant' ? 'student' : 'instructor')
  const response = await owner.post(`/courses/${courseId}/staff`, { email: person.email, staffRole })
  assert.equal(response.statusCode, 201, response.body)
  return person
}

/** A manual item made through the API; returns its id. */
export function addItem(author: ApiClient, courseId: string, body: object = {}): Promise<string> {
  return made(author, `/courses/${courseId}/grade-items`, { title: 'Presentation', pointsPossible: '10', ...body })
}

export function addCategory(author: ApiClient, courseId: string, body: object = {}): Promise<string> {
  return made(author, `/courses/${courseId}/grade-categories`, { title: 'Homework', ...body })
}

async function made(author: ApiClient, path: string, body: object): Promise<string> {
  const response = await author.post(path, { ...body })
  assert.equal(response.statusCode, 201, response.body)
  return response.json().id
}

/** Enters or overrides a grade through the API; returns the grade. */
export async function changeGrade(
  author: ApiClient,
  { enrollmentId }: Pick<Learner, 'enrollmentId'>,
  itemId: string,
  body: object,
) {
  const response = await author.patch(`/enrollments/${enrollmentId}/grades/${itemId}`, { reason: 'Test.', ...body })
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

/** A quiz on the gradebook, without the quiz: what the module of quizzes would write. */
export async function addQuiz({ db, clock }: Harness, courseId: string, pointsPossible = '10') {
  const quiz = { source: 'quiz' as const, sourceId: randomUUID() }
  const at = clock.now()
  const points = parseDecimal(pointsPossible)
  const itemId = await createGradeItem(db, { ...quiz, courseId, title: 'Quiz', pointsPossible: points, at })
  const record = ({ enrollmentId }: Pick<Learner, 'enrollmentId'>, earned: string | null, latePenalty = '0') =>
    inTransaction(db, async (tx) => {
      await lockEnrollment(tx, enrollmentId)
      await recordGrade(tx, {
        ...quiz,
        enrollmentId,
        points: earned === null ? null : parseDecimal(earned),
        latePenalty: parseDecimal(latePenalty),
        actor: system,
        reason: 'An attempt was submitted.',
        at: clock.now(),
      })
    })
  return { itemId, record }
}
