import { defineProblem } from '#platform/problem/problem.ts'

export const bankNotFound = defineProblem<{ bankId: string }>({
  code: 'questions/bank-not-found',
  status: 404,
  title: 'Question bank not found',
  advice: 'List the question banks of the course. They are shown to its staff only.',
  detail: ({ bankId }) => `There is no question bank ${bankId} that you may see.`,
})

export const questionNotFound = defineProblem<{ questionId: string }>({
  code: 'questions/not-found',
  status: 404,
  title: 'Question not found',
  advice: 'List the questions of the bank. They are shown to the staff of its course only.',
  detail: ({ questionId }) => `There is no question ${questionId} that you may see.`,
})

export const versionNotFound = defineProblem<{ number: number }>({
  code: 'questions/version-not-found',
  status: 404,
  title: 'Version not found',
  advice: 'List the versions of the question.',
  detail: ({ number }) => `The question has no version ${number}.`,
})

export const questionInUse = defineProblem<{ what: string }>({
  code: 'questions/in-use',
  status: 409,
  title: 'In use',
  advice: 'Archive it instead: no quiz can newly use it, and what students did with it stays.',
  detail: ({ what }) => `Quizzes or attempts refer to this ${what}.`,
})

export const nothingToDo = defineProblem<{ isArchived: boolean }>({
  code: 'questions/nothing-to-do',
  status: 409,
  title: 'Nothing to do',
  advice: 'Read it again: somebody may have done it already.',
  detail: ({ isArchived }) => (isArchived ? 'It is archived already.' : 'It is not archived.'),
  extensions: ({ isArchived }) => ({ isArchived }),
})

export const bankFull = defineProblem<{ limit: number }>({
  code: 'questions/bank-full',
  status: 409,
  title: 'Question bank full',
  advice: 'Make another bank, or delete questions that are not needed.',
  detail: ({ limit }) => `A bank has at most ${limit} questions, archived ones included.`,
  extensions: ({ limit }) => ({ limit }),
})

export const bankArchived = defineProblem({
  code: 'questions/bank-archived',
  status: 409,
  title: 'Question bank archived',
  advice: 'Restore the bank first, or use another one.',
  detail: () => 'Nothing can be added to an archived bank.',
})
