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

export const secondFactorRequired = defineProblem<{ challengeToken: string; expiresIn: number }>({
  code: 'auth/second-factor-required',
  status: 403,
  title: 'Second factor required',
  advice:
    'The password was right. Ask for the code of the authenticator app and send it with `challengeToken` to /auth/login/second-factor within `expiresIn` seconds.',
  detail: () => 'This account asks for a code of its authenticator app, too.',
  extensions: ({ challengeToken, expiresIn }) => ({ challengeToken, expiresIn }),
})

export const wrongCode = defineProblem<{ guessesLeft: number }>({
  code: 'auth/wrong-code',
  status: 401,
  title: 'Wrong code',
  advice: 'Wait for the next code of the app, since each works once, and check the clock of the device it runs on.',
  detail: ({ guessesLeft }) => `The code is wrong or was used before; ${guessesLeft} more can be tried.`,
  extensions: ({ guessesLeft }) => ({ guessesLeft }),
  headers: challenge,
})

export const challengeInvalid = defineProblem({
  code: 'auth/challenge-invalid',
  status: 401,
  title: 'Challenge not valid',
  advice: 'Log in with mail address and password again.',
  detail: () => 'The challenge is unknown, expired, answered or has had too many wrong codes.',
  headers: challenge,
})

export const wrongPassword = defineProblem({
  code: 'auth/wrong-password',
  status: 403,
  title: 'Wrong password',
  advice: 'Ask for the present password of the account again.',
  detail: () => 'This needs the present password of the account, and that was not it.',
})

export const tooManyAttempts = defineProblem<{ retryAfterSeconds: number }>({
  code: 'auth/too-many-attempts',
  status: 429,
  title: 'Too many attempts',
  advice: 'Try again after the time in Retry-After (seconds).',
  detail: ({ retryAfterSeconds }) => `Too many attempts; the next one is possible in ${retryAfterSeconds} seconds.`,
  extensions: ({ retryAfterSeconds }) => ({ retryAfterSeconds }),
  headers: ({ retryAfterSeconds }) => ({ 'retry-after': String(retryAfterSeconds) }),
})

export const sessionNotFound = defineProblem<{ sessionId: string }>({
  code: 'auth/session-not-found',
  status: 404,
  title: 'Session not found',
  advice: 'List the sessions again: it may have ended meanwhile.',
  detail: ({ sessionId }) => `You have no open session with the id ${sessionId}.`,
})

export const totpAlreadyEnabled = defineProblem({
  code: 'auth/totp-already-enabled',
  status: 409,
  title: 'Second factor already on',
  advice: 'To move to another app, switch the second factor off first.',
  detail: () => 'The account asks for codes of an authenticator app already.',
})

export const totpNotEnabled = defineProblem({
  code: 'auth/totp-not-enabled',
  status: 409,
  title: 'Second factor not on',
  advice: 'Begin with POST /users/me/totp.',
  detail: () => 'The account has no authenticator app to confirm or to switch off.',
})

export const wrongTotpCode = defineProblem({
  code: 'auth/wrong-totp-code',
  status: 403,
  title: 'Wrong code',
  advice: 'Wait for the next code of the app, since each works once, and check the clock of the device it runs on.',
  detail: () => 'The code is wrong or was used before.',
})

export const totpUnreadable = defineProblem<void>({
  code: 'auth/totp-unreadable',
  status: 409,
  title: 'Codes of the app cannot be checked',
  advice:
    'Use a recovery code instead; those still work. Then switch the second factor off and on again, or ask an administrator to. Operators: SECRET_KEY is not the one that the secret was stored with.',
  detail: () => 'The server cannot read the secret of this authenticator app any more. A recovery code still works.',
})
