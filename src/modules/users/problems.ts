import { defineProblem } from '#platform/problem/problem.ts'

export const emailTaken = defineProblem({
  code: 'users/email-taken',
  status: 409,
  title: 'Mail address already registered',
  advice: 'Log in with this address, or reset the password if it is forgotten.',
  detail: () => 'There is already an account with this mail address.',
})

export const userNotFound = defineProblem<{ userId: string }>({
  code: 'users/not-found',
  status: 404,
  title: 'User not found',
  advice: 'Check the id; a list of users is open to administrators only.',
  detail: ({ userId }) => `There is no user with the id ${userId}.`,
})
