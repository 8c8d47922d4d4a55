import { defineProblem } from '#platform/problem/problem.ts'

export const accommodationNotFound = defineProblem({
  code: 'deadlines/accommodation-not-found',
  status: 404,
  title: 'Accommodation not found',
  advice: 'List what there is with `GET /courses/{courseId}/accommodations`.',
  detail: () => 'This student has no accommodation here.',
})

export const studentNotInCourse = defineProblem<{ userId: string }>({
  code: 'deadlines/student-not-in-course',
  status: 404,
  title: 'Student not in this course',
  advice: 'Check the id; the roster of the course lists its students.',
  detail: ({ userId }) => `No student ${userId} is or was enrolled in this course.`,
})

export const noItem = defineProblem({
  code: 'deadlines/no-item',
  status: 404,
  title: 'Nothing with a deadline here',
  advice: 'Only lessons of the types quiz and assignment have deadlines, once their quiz or assignment is set up.',
  detail: () => 'This lesson has no quiz or assignment.',
})
