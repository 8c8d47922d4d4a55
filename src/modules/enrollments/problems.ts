import { defineProblem } from '#platform/problem/problem.ts'

export const enrollmentNotFound = defineProblem<{ enrollmentId: string }>({
  code: 'enrollments/not-found',
  status: 404,
  title: 'Enrollment not found',
  advice: 'Check the id; `GET /enrollments` lists your own. Others are open to the staff of their course only.',
  detail: ({ enrollmentId }) => `There is no enrollment ${enrollmentId} that you may see.`,
})

export const alreadyEnrolled = defineProblem<{ enrollmentId: string }>({
  code: 'enrollments/already-enrolled',
  status: 409,
  title: 'Already enrolled',
  advice: 'Use the enrollment `enrollmentId`.',
  detail: () => 'This person is enrolled in the course already.',
  extensions: ({ enrollmentId }) => ({ enrollmentId }),
})

export const courseFull = defineProblem<{ capacity: number }>({
  code: 'enrollments/course-full',
  status: 409,
  title: 'Course full',
  advice: 'Try again when somebody has left, or ask the staff of the course for more seats.',
  detail: ({ capacity }) => `All ${capacity} seats of this course are taken.`,
  extensions: ({ capacity }) => ({ capacity }),
})

export const courseNotOpen = defineProblem<{ status: string }>({
  code: 'enrollments/course-not-open',
  status: 409,
  title: 'Course not open for enrollment',
  advice: 'Only published courses take students; its staff can publish it.',
  detail: ({ status }) => `The course is ${status === 'draft' ? 'a draft' : status}, not published.`,
  extensions: ({ status }) => ({ courseStatus: status }),
})

export const selfEnrollmentOff = defineProblem({
  code: 'enrollments/self-enrollment-off',
  status: 409,
  title: 'No self-enrollment',
  advice: 'Ask the staff of the course to enroll you.',
  detail: () => 'Students cannot enroll themselves in this course.',
})

export interface MissingCourse {
  readonly courseId: string
  readonly slug: string
  readonly title: string
}

export const prerequisitesMissing = defineProblem<{ missing: readonly MissingCourse[] }>({
  code: 'enrollments/prerequisites-missing',
  status: 409,
  title: 'Prerequisites missing',
  advice: 'Complete each course of `missing` first, or ask the staff of this course to enroll you.',
  detail: ({ missing }) => `To be completed first: ${missing.map(({ title }) => `“${title}”`).join(', ')}.`,
  extensions: ({ missing }) => ({ missing }),
})

export const enrollmentNotActive = defineProblem<{ status: 'withdrawn' | 'expired' }>({
  code: 'enrollments/not-active',
  status: 409,
  title: 'Enrollment not active',
  advice: 'Enroll again, or ask the staff of the course when `enrollmentStatus` is `expired`.',
  detail: ({ status }) =>
    status === 'expired' ? 'The time of this enrollment has passed.' : 'This student has left the course.',
  extensions: ({ status }) => ({ enrollmentStatus: status }),
})

export const staffOnlyReturn = defineProblem<{ reason: 'expired' | 'removed' }>({
  code: 'enrollments/staff-only-return',
  status: 409,
  title: 'Only staff can bring you back',
  advice: 'Ask the staff of the course to enroll you again. Your progress is kept.',
  detail: ({ reason }) =>
    reason === 'expired' ? 'The time of your enrollment has passed.' : 'The staff of the course ended your enrollment.',
  extensions: ({ reason }) => ({ reason }),
})

export const personNotFound = defineProblem({
  code: 'enrollments/person-not-found',
  status: 404,
  title: 'Person not found',
  advice: 'Check the id or mail address; the person must register or be invited first.',
  detail: () => 'Nobody has an account with this id or mail address.',
})

export const notAStudent = defineProblem({
  code: 'enrollments/not-a-student',
  status: 409,
  title: 'Not an active student',
  advice: 'Only active accounts with the role student can be enrolled. Staff see a course without it.',
  detail: () => 'The account is deactivated, or has another role than student.',
})
