import { defineProblem } from '#platform/problem/problem.ts'

const challenge = () => ({ 'www-authenticate': 'Bearer' })

export const notAuthenticated = defineProblem<{ reason: 'missing' | 'invalid' | 'expired' | 'revoked' }>({
  code: 'auth/not-authenticated',
  status: 401,
  title: 'Not authenticated',
  advice: 'Send `Authorization: Bearer <access token>`. When `reason` is `expired`, refresh the token; else log in.',
  detail: ({ reason }) =>
    reason === 'missing' ? 'This address needs an access token.' : `The access token is ${reason}.`,
  extensions: ({ reason }) => ({ reason }),
  headers: challenge,
})

export const notAllowed = defineProblem<{ needs: string }>({
  code: 'auth/not-allowed',
  status: 403,
  title: 'Not allowed',
  advice: 'Ask an administrator for the role that `detail` names.',
  detail: ({ needs }) => `This needs ${needs}.`,
})

export const wrongCredentials = defineProblem({
  code: 'auth/wrong-credentials',
  status: 401,
  title: 'Wrong mail address or password',
  advice: 'Check both; the answer does not tell which of them is wrong.',
  detail: () => 'No active account has this mail address and password.',
  headers: challenge,
})

export const refreshTokenInvalid = defineProblem({
  code: 'auth/refresh-token-invalid',
  status: 401,
  title: 'Refresh token not valid',
  advice: 'Log in again. A refresh token works once; a second use ends its session.',
  detail: () => 'The refresh token is unknown, expired, used or its session has ended.',
  headers: challenge,
})

export const tokenCheckUnavailable = defineProblem({
  code: 'auth/token-check-unavailable',
  status: 503,
  title: 'Token check unavailable',
  advice: 'Try again after the time in Retry-After (seconds). The token may well be good: do not log out.',
  detail: () => 'It cannot be checked at the moment whether the access token was revoked.',
  headers: () => ({ 'retry-after': '5' }),
})
