import assert from 'node:assert/strict'
import { makeCourse } from './courses.ts'
import { complete, enroll } from './enrollments.ts'
import type { ApiClient, Harness, Person } from './harness.ts'

/** Certificate settings in English, switched on. */
export const englishSettings = {
  isEnabled: true,
  minimumPercent: null,
  heading: 'Certificate of Completion',
  text: 'This is to certify that\n{holder}\nhas completed the course\n{course}\non {date}.',
  accentColor: '#0b5cad',
  signatories: [{ name: 'Ada Lovelace', role: 'Dean' }],
  showsGrade: false,
  language: 'en',
  direction: 'ltr',
}

/** Sets the certificate settings of a course; what `changes` does not name is as in `englishSettings`. */
export async function setCertificates(staff: ApiClient, courseId: string, changes: Record<string, unknown> = {}) {
  const response = await staff.put(`/courses/${courseId}/certificate-settings`, { ...englishSettings, ...changes })
  assert.equal(response.statusCode, 200, response.body)
}

/** A certifying course, and a student who has completed it; `name` is the student's. No job has run since. */
export async function completeCourse(
  harness: Harness,
  {
    name,
    settings,
    course,
  }: { name?: string; settings?: Record<string, unknown>; course?: Record<string, unknown> } = {},
) {
  const owner = await harness.signUp('instructor')
  const { courseId, lessonIds } = await makeCourse(owner, course ? { course } : {})
  await setCertificates(owner, courseId, settings)
  await harness.runJobs()
  const student = await harness.signUp('student', name)
  const enrollmentId = await enroll(student, courseId)
  await complete(student, enrollmentId, ...lessonIds)
  return { owner, student, courseId, enrollmentId }
}

/** The certificates that a person sees as his own, newest first. */
export async function certificatesOf(person: ApiClient) {
  const response = await person.get('/users/me/certificates')
  assert.equal(response.statusCode, 200, response.body)
  return response.json().items
}

/** The same as `completeCourse`, with the certificate issued and its document made. */
export async function makeCertificate(harness: Harness, wishes: Parameters<typeof completeCourse>[1] = {}) {
  const made = await completeCourse(harness, wishes)
  await harness.runJobs()
  const [certificate] = await certificatesOf(made.student)
  assert.ok(certificate, 'a certificate was issued')
  return { ...made, certificate, number: certificate.number as string }
}

/** The PDF of a certificate, as this person downloads it. */
export async function downloadPdf(person: Person, number: string): Promise<Buffer> {
  const response = await person.get(`/certificates/${number}/document`)
  assert.equal(response.statusCode, 200, response.body)
  return response.rawPayload
}
