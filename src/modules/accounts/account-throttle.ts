import { type Client, tooManyAttempts } from '#modules/auth/index.ts'
import { normalizeEmail } from '#modules/users/index.ts'
import { counter, type LabelValues } from '#platform/metrics/metrics.ts'
import type { ThrottleRule } from '#platform/throttle/throttle.ts'
import type { AccountsDeps } from './deps.ts'
import { accountThrottledTotal } from './metrics.ts'

const HOUR_SECONDS = 60 * 60
// As long as a link to reset a password lives: whoever is refused has one in his mailbox that still works.
const RESET_WINDOW_SECONDS = 30 * 60
const MAILS_PER_ADDRESS = 3

type Action = LabelValues<typeof accountThrottledTotal.labels>['action']

export type AccountThrottle = ReturnType<typeof createAccountThrottle>

/** Bounds what strangers can make the product do: accounts, and mails to anybody. */
export function createAccountThrottle(
  deps: Pick<AccountsDeps, 'metrics' | 'throttle' | 'registrationsPerNetwork' | 'mailsPerNetwork'>,
) {
  const { throttle } = deps
  const countThrottled = counter(deps.metrics, accountThrottledTotal)
  const registrations = rule('registrations', deps.registrationsPerNetwork, HOUR_SECONDS)
  const mails = rule('mails-network', deps.mailsPerNetwork, HOUR_SECONDS)
  const resets = rule('reset-address', MAILS_PER_ADDRESS, RESET_WINDOW_SECONDS)
  const verifications = rule('verification-address', MAILS_PER_ADDRESS, HOUR_SECONDS)

  async function admitRegistration({ network }: Client): Promise<void> {
    await takeOrRefuse('register', registrations, network)
  }

  async function admitVerificationMail(email: string, { network }: Client): Promise<void> {
    await takeOrRefuse('verification-mail', verifications, email)
    await takeOrRefuse('verification-mail', mails, network)
  }

  /**
   * Refuses a network that asks too often. False when the address has had enough mails: the caller then sends none
   * and says nothing of it, so that no stranger learns what somebody else has asked for.
   */
  async function admitReset(email: string, { network }: Client): Promise<boolean> {
    await takeOrRefuse('password-reset', mails, network)
    const isAdmitted = (await throttle.count(resets, normalizeEmail(email))) === 0
    if (!isAdmitted) countThrottled({ action: 'password-reset' })
    return isAdmitted
  }

  async function takeOrRefuse(action: Action, one: ThrottleRule, key: string): Promise<void> {
    const retryAfterSeconds = await throttle.count(one, key)
    if (retryAfterSeconds === 0) return
    countThrottled({ action })
    throw tooManyAttempts({ retryAfterSeconds })
  }

  return { admitRegistration, admitVerificationMail, admitReset }
}

function rule(name: string, limit: number, windowSeconds: number): ThrottleRule {
  return { name, limit, windowSeconds }
}
