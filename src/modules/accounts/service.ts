import { createAccountThrottle } from './account-throttle.ts'
import type { AccountsDeps } from './deps.ts'
import { createAccountEvents } from './events.ts'
import { createInvitation } from './invitation/invitation.ts'
import { createOneTimeTokens } from './one-time-tokens/one-time-tokens.ts'
import { createPasswordReset } from './password-reset/password-reset.ts'
import { createPasswordChange } from './profile/password-change.ts'
import { createProfile } from './profile/profile.ts'
import { createRegistration } from './registration/registration.ts'
import { createSetup } from './setup/setup.ts'
import { createVerification } from './verification/verification.ts'

export type Accounts = ReturnType<typeof createAccounts>

/** All that happens to an account by its owner's hand; each part is a file of its own. */
export function createAccounts(given: AccountsDeps) {
  const tokens = createOneTimeTokens(given)
  const countEvent = createAccountEvents(given.metrics)
  const deps = { ...given, tokens, countEvent, throttle: createAccountThrottle(given) }
  return {
    tokens,
    countEvent,
    ...createRegistration(deps),
    ...createProfile(deps),
    ...createPasswordChange(deps),
    ...createVerification(deps),
    ...createPasswordReset(deps),
    ...createInvitation(deps),
    ...createSetup(deps),
  }
}
