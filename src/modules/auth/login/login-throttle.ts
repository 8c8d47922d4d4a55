import { normalizeEmail, selectUserByEmail, type UserRow } from '#modules/users/index.ts'
import { counter } from '#platform/metrics/metrics.ts'
import type { ThrottleRule } from '#platform/throttle/throttle.ts'
import type { CountAttempt } from '../attempt-counter.ts'
import type { AuthDeps } from '../deps.ts'
import { throttledTotal } from '../metrics.ts'
import { tooManyAttempts } from '../problems.ts'
import { selectIsKnownNetwork } from '../sessions/queries.ts'

const WINDOW_SECONDS = 15 * 60
const CODES_PER_HOUR = 30

interface LoginThrottleDeps
  extends Pick<AuthDeps, 'db' | 'metrics' | 'throttle' | 'loginFailuresPerAccount' | 'loginFailuresPerNetwork'> {
  readonly countAttempt: CountAttempt
}

type Action = 'login' | 'second-factor'

export type LoginThrottle = ReturnType<typeof createLoginThrottle>

/**
 * Slows guessing down by account and network together, and by network.
 *
 * Failures on an account count for the network they come from only, so a stranger who fails on somebody's account does
 * not keep its owner out elsewhere. A network that has failed too often must wait with accounts it has never logged in
 * to, so one person who guesses does not lock his whole school out.
 */
export function createLoginThrottle(deps: LoginThrottleDeps) {
  const { db, throttle } = deps
  const countThrottled = counter(deps.metrics, throttledTotal)
  const byAccount = rule('login-account', deps.loginFailuresPerAccount)
  const byNetwork = rule('login-network', deps.loginFailuresPerNetwork)
  // Only somebody who knows the password gets to try codes, so this limit may hold for all networks together.
  const byCode: ThrottleRule = { name: 'second-factor', limit: CODES_PER_HOUR, windowSeconds: 3600 }

  /** Throws `tooManyAttempts` when this network must not try this account now. */
  async function admit(email: string, network: string, action: Action = 'login'): Promise<void> {
    const [accountWait = 0, networkWait = 0] = await throttle.waitSeconds(
      [byAccount, pair(email, network)],
      [byNetwork, network],
    )
    if (accountWait > 0) refuse(action, 'account', accountWait)
    if (networkWait > 0 && !(await isAtHome(email, network))) refuse(action, 'network', networkWait)
  }

  async function countFailure(email: string, network: string): Promise<void> {
    await Promise.all([throttle.count(byAccount, pair(email, network)), throttle.count(byNetwork, network)])
  }

  /** After a complete login. The network's count stays: alternating with an account of one's own does not help. */
  async function forgive(email: string, network: string): Promise<void> {
    await throttle.forget(byAccount, pair(email, network))
  }

  /** The same for a code, which counts before it is tried: guesses sent at once do not outrun their count. */
  async function admitCode({ id, email }: UserRow, network: string): Promise<void> {
    await admit(email, network, 'second-factor')
    const wait = await throttle.count(byCode, id)
    if (wait > 0) refuse('second-factor', 'account', wait)
  }

  async function forgiveCodes({ id }: UserRow): Promise<void> {
    await throttle.forget(byCode, id)
  }

  async function isAtHome(email: string, network: string): Promise<boolean> {
    const user = await selectUserByEmail(db, email)
    return user !== undefined && selectIsKnownNetwork(db, user.id, network)
  }

  function refuse(action: Action, scope: 'account' | 'network', retryAfterSeconds: number): never {
    deps.countAttempt({ action, outcome: 'throttled' })
    countThrottled({ scope })
    throw tooManyAttempts({ retryAfterSeconds })
  }

  return { admit, countFailure, forgive, admitCode, forgiveCodes }
}

function rule(name: string, limit: number): ThrottleRule {
  return { name, limit, windowSeconds: WINDOW_SECONDS }
}

function pair(email: string, network: string): string {
  return `${normalizeEmail(email)} ${network}`
}
