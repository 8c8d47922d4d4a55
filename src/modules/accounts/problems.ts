import { defineProblem } from '#platform/problem/problem.ts'

export const linkInvalid = defineProblem({
  code: 'accounts/link-invalid',
  status: 400,
  title: 'Link not valid',
  advice: 'Ask for a new mail. A link works once and for a limited time only.',
  detail: () => 'The link is unknown, was used before or has expired.',
})

export const emailAlreadyVerified = defineProblem({
  code: 'accounts/email-already-verified',
  status: 409,
  title: 'Mail address already verified',
  advice: 'There is nothing to do.',
  detail: () => 'The mail address of this account has been verified already.',
})

export const setupNotPossible = defineProblem({
  code: 'accounts/setup-not-possible',
  status: 403,
  title: 'Set-up not possible',
  advice: 'Use the token that the first start printed, once. Operators can run the command create-admin instead.',
  detail: () => 'The setup token is wrong, or there has been an administrator already.',
})
