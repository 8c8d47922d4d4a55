import { defineProblem } from '#platform/problem/problem.ts'

export const lastAdministrator = defineProblem({
  code: 'admin/last-administrator',
  status: 409,
  title: 'Last administrator',
  advice: 'Make somebody else an administrator first.',
  detail: () => 'This is the only active administrator; without one nobody could administer the system.',
})

export const notInvited = defineProblem<{ status: string }>({
  code: 'admin/not-invited',
  status: 409,
  title: 'Not invited',
  advice: 'Only somebody who has not accepted his invitation yet can be sent another one.',
  detail: ({ status }) => `The account is ${status}.`,
})
