import { defineProblem } from '#platform/problem/problem.ts'

export const gradeItemNotFound = defineProblem<{ itemId: string }>({
  code: 'gradebook/item-not-found',
  status: 404,
  title: 'Grade item not found',
  advice: 'Read the grading setup of the course again; the item may have been removed.',
  detail: ({ itemId }) => `There is no grade item ${itemId} that you may see.`,
})

export const gradeCategoryNotFound = defineProblem<{ categoryId: string }>({
  code: 'gradebook/category-not-found',
  status: 404,
  title: 'Grade category not found',
  advice: 'Read the grading setup of the course again; the category may have been deleted.',
  detail: ({ categoryId }) => `There is no grade category ${categoryId} in this course that you may see.`,
})

export const itemFollowsSource = defineProblem<{ source: string; fields: readonly string[] }>({
  code: 'gradebook/item-follows-source',
  status: 409,
  title: 'The item follows its quiz or assignment',
  advice: 'Change the quiz or assignment itself, or override the grade of a student.',
  detail: ({ source, fields }) => `This item is of a kind (${source}) that decides itself about: ${fields.join(', ')}.`,
  extensions: ({ fields }) => ({ fields }),
})

export const setupFull = defineProblem<{ what: string; limit: number }>({
  code: 'gradebook/setup-full',
  status: 409,
  title: 'No room for more',
  advice: 'Remove what is not used any more; `limit` is the most there may be.',
  detail: ({ what, limit }) => `A course has at most ${limit} ${what}.`,
  extensions: ({ limit }) => ({ limit }),
})

export const ownGrade = defineProblem({
  code: 'gradebook/own-grade',
  status: 403,
  title: 'Nobody grades himself',
  advice: 'Ask somebody else of the staff of the course.',
  detail: () => 'This is your own grade.',
})

export const neverEnrolled = defineProblem({
  code: 'gradebook/never-enrolled',
  status: 404,
  title: 'No grades of yours',
  advice: 'Enroll in the course first; its staff reads grades at `/courses/{courseId}/gradebook`.',
  detail: () => 'You have never been enrolled in this course.',
})
