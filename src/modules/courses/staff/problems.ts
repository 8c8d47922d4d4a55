import { defineProblem } from '#platform/problem/problem.ts'

export const staffMemberNotFound = defineProblem<{ userId: string }>({
  code: 'courses/staff-member-not-found',
  status: 404,
  title: 'Not on the staff',
  advice: 'Read the staff of the course for the ids of its members.',
  detail: ({ userId }) => `${userId} is not on the staff of this course.`,
})

export const alreadyOnStaff = defineProblem<{ staffRole: string }>({
  code: 'courses/already-on-staff',
  status: 409,
  title: 'Already on the staff',
  advice: 'Change the staff role of this person instead.',
  detail: ({ staffRole }) => `This person is on the staff already, as ${staffRole}.`,
  extensions: ({ staffRole }) => ({ staffRole }),
})

export const instructorNeeded = defineProblem({
  code: 'courses/instructor-needed',
  status: 409,
  title: 'Instructor account needed',
  advice: 'Ask an administrator to make this person an instructor, or choose the role teaching-assistant.',
  detail: () => 'Owners and co-instructors need an active account of an instructor or administrator.',
})

export const ownerStays = defineProblem({
  code: 'courses/owner-stays',
  status: 409,
  title: 'A course has one owner',
  advice: 'Transfer the ownership to another member of the staff first.',
  detail: () => 'The owner can be neither removed nor given another staff role.',
})
