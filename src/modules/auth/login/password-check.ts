import { selectUserById, type UserRow, userNotFound } from '#modules/users/index.ts'
import type { Principal } from '../access-token.ts'
import type { Client } from '../client.ts'
import type { AuthDeps } from '../deps.ts'
import { wrongPassword } from '../problems.ts'
import type { LoginThrottle } from './login-throttle.ts'

interface PasswordCheckDeps extends Pick<AuthDeps, 'db' | 'passwords'> {
  readonly loginThrottle: LoginThrottle
}

export type PasswordCheck = ReturnType<typeof createPasswordCheck>

/** The one place where a password is compared; every failure counts. */
export function createPasswordCheck({ db, passwords, loginThrottle }: PasswordCheckDeps) {
  /**
   * Says whether the password is right, with a new hash when the stored one was made at another cost. Whoever has
   * failed too often is refused before a hash is computed, also when he had to wait for his turn.
   */
  async function checkPassword(
    user: UserRow | undefined,
    { email, password }: { email: string; password: string },
    { network }: Client,
  ): Promise<{ newHash: string | undefined } | undefined> {
    await loginThrottle.admit(email, network)
    return passwords.inTurn(async ({ verify, hash }) => {
      // Others may have failed meanwhile; between here and the count nobody else has a turn in this process.
      await loginThrottle.admit(email, network)
      const { matches, isOutdated } = await verify(password, user?.password_hash ?? null)
      if (matches && user?.status === 'active') return { newHash: isOutdated ? await hash(password) : undefined }
      await loginThrottle.countFailure(email, network)
      return undefined
    })
  }

  /** Asks somebody who is logged in for his password again, and returns his account; throws `wrongPassword`. */
  async function confirmPassword({ userId }: Principal, password: string, client: Client): Promise<UserRow> {
    const user = await selectUserById(db, userId)
    if (!user) throw userNotFound({ userId })
    if (!(await checkPassword(user, { email: user.email, password }, client))) throw wrongPassword()
    await loginThrottle.forgive(user.email, client.network)
    return user
  }

  return { checkPassword, confirmPassword }
}
