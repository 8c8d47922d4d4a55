import { createAttemptCounter } from './attempt-counter.ts'
import type { Client } from './client.ts'
import type { AuthDeps } from './deps.ts'
import { createChallenges } from './login/challenges.ts'
import { createLogin } from './login/login.ts'
import { createLoginThrottle } from './login/login-throttle.ts'
import { createPasswordCheck } from './login/password-check.ts'
import { createSessionEnding } from './sessions/ending.ts'
import { createSessionIssuing } from './sessions/issuing.ts'
import { createSessionListing } from './sessions/listing.ts'
import { createCodeCheck } from './totp/code-check.ts'
import { createTotp } from './totp/totp.ts'

export type Auth = ReturnType<typeof createAuth>

/** All that has to do with proving who one is; each part is a file of its own. */
export function createAuth(deps: AuthDeps) {
  const countAttempt = createAttemptCounter(deps.metrics)
  const loginThrottle = createLoginThrottle({ ...deps, countAttempt })
  const codeCheck = createCodeCheck(deps)
  const { checkPassword, confirmPassword } = createPasswordCheck({ ...deps, loginThrottle })
  const { startSession, refresh } = createSessionIssuing({ ...deps, countAttempt })
  const step = { ...deps, loginThrottle, countAttempt, startSession }
  const { beginChallenge, answerChallenge } = createChallenges({ ...step, useCode: codeCheck.useCode })
  const { login } = createLogin({ ...step, checkPassword, beginChallenge })
  return {
    login,
    answerChallenge,
    refresh,
    confirmPassword,
    /** Lets this network try the account's password anew. */
    forgiveFailures: (email: string, { network }: Client) => loginThrottle.forgive(email, network),
    ...createSessionEnding(deps),
    ...createSessionListing(deps),
    ...createTotp({ ...deps, codeCheck, loginThrottle, confirmPassword }),
  }
}
