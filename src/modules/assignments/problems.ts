import { defineProblem } from '#platform/problem/problem.ts'

export const assignmentNotFound = defineProblem<{ lessonId: string }>({
  code: 'assignments/not-found',
  status: 404,
  title: 'Assignment not found',
  advice: 'The lesson must have the type assignment, and its author must set the assignment up first.',
  detail: ({ lessonId }) => `The lesson ${lessonId} has no assignment.`,
})

export const submissionNotFound = defineProblem({
  code: 'assignments/submission-not-found',
  status: 404,
  title: 'Submission not found',
  advice: 'Check the id. Submissions are shown to their student and to the staff of the course.',
  detail: () => 'There is no such submission that you may see.',
})

export const notAnAssignment = defineProblem<{ lessonType: string }>({
  code: 'assignments/wrong-lesson-type',
  status: 409,
  title: 'Not a lesson of this type',
  advice: 'Add a lesson of the type assignment and set it up there; the type of a lesson never changes.',
  detail: ({ lessonType }) => `This lesson has the type ${lessonType}.`,
})

export const assignmentInUse = defineProblem({
  code: 'assignments/in-use',
  status: 409,
  title: 'Assignment cannot be deleted',
  advice: 'Archive its lesson instead: students no longer see it, and what they handed in stays.',
  detail: () => 'Students have handed in for this assignment.',
})

export const notOpenYet = defineProblem<{ opensAt: string }>({
  code: 'assignments/not-open-yet',
  status: 409,
  title: 'Not open yet',
  advice: 'Hand in after `opensAt`; `GET /lessons/{lessonId}/deadline` explains the dates.',
  detail: ({ opensAt }) => `Nothing can be handed in before ${opensAt}.`,
  extensions: ({ opensAt }) => ({ opensAt }),
})

export const submissionsClosed = defineProblem<{ closedAt: string }>({
  code: 'assignments/closed',
  status: 409,
  title: 'Closed',
  advice:
    'Ask the staff of the course for an extension, or to reopen your submission. `GET /lessons/{lessonId}/deadline` explains the dates.',
  detail: ({ closedAt }) => `Nothing is accepted after ${closedAt}.`,
  extensions: ({ closedAt }) => ({ closedAt }),
})

export const nothingToRelease = defineProblem({
  code: 'assignments/nothing-to-release',
  status: 409,
  title: 'No grade to release',
  advice: 'Grade the submission first. A grade that is released already is changed by grading again.',
  detail: () => 'This submission has no grade that its student does not see yet.',
})

export const alreadyReopened = defineProblem({
  code: 'assignments/already-reopened',
  status: 409,
  title: 'Reopened already',
  advice: 'Wait for the student to hand in again.',
  detail: () => 'This submission is open for its student already.',
})

export const tooManyVersions = defineProblem<{ limit: number }>({
  code: 'assignments/too-many-versions',
  status: 409,
  title: 'Handed in too often',
  advice: 'Ask the staff of the course to grade what is there.',
  detail: ({ limit }) => `A submission has at most ${limit} versions.`,
  extensions: ({ limit }) => ({ limit }),
})
