import type { Kysely } from 'kysely'
import { atMostEvery } from '#platform/log/at-most-every.ts'
import type { Database } from '../../../database.ts'
import type { AuthDeps } from '../deps.ts'
import { totpUnreadable } from '../problems.ts'
import { selectTotp, type TotpRow, useRecoveryCode, useTotpStep } from './queries.ts'
import { hashRecoveryCode } from './recovery-codes.ts'
import { createTotpBox } from './totp-box.ts'
import { totpStepOf } from './totp-codes.ts'

export type CodeCheck = ReturnType<typeof createCodeCheck>
export type UsedFactor = 'totp' | 'recovery-code'

/** Checks and uses up second factors. */
export function createCodeCheck({ now, log, secretKey }: Pick<AuthDeps, 'now' | 'log' | 'secretKey'>) {
  const box = createTotpBox(secretKey)
  // After a change of the key every login of everybody with an app meets it.
  const tellOperators = atMostEvery(3600, (error: unknown, userId: string) =>
    log.error(
      { err: error, userId },
      'a TOTP secret cannot be decrypted: was SECRET_KEY changed? Put the old one back, or switch the second factor of those concerned off',
    ),
  )

  function sealSecret(secret: string, userId: string): string {
    return box.seal(secret, userId)
  }

  /**
   * Uses the code up in the caller's transaction and says what it was; null when it is wrong or was used before. Throws
   * `totpUnreadable` for a code of an app whose secret another SECRET_KEY has encrypted.
   */
  async function useCode(tx: Kysely<Database>, userId: string, code: string): Promise<UsedFactor | null> {
    if (/^\s*(\d\s*){6}$/.test(code)) {
      const totp = await selectTotp(tx, userId)
      return totp && (await useTotp(tx, totp, code)) ? 'totp' : null
    }
    const isUsed = await useRecoveryCode(tx, userId, hashRecoveryCode(userId, code), now().toISOString())
    return isUsed ? 'recovery-code' : null
  }

  /** A code works once: also within its 30 seconds, also when two requests bring it at the same time. */
  async function useTotp(tx: Kysely<Database>, totp: TotpRow, code: string): Promise<boolean> {
    const step = totpStepOf(openSecret(totp), code.replaceAll(/\s/g, ''), now())
    return step !== null && (await useTotpStep(tx, totp.user_id, step))
  }

  function openSecret({ user_id, encrypted_secret }: TotpRow): string {
    try {
      return box.open(encrypted_secret, user_id)
    } catch (error) {
      tellOperators(error, user_id)
      throw totpUnreadable(undefined, error)
    }
  }

  return { sealSecret, useCode, useTotp }
}
