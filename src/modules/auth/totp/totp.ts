import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import { lockUser, type UserRow, updateUser, userNotFound } from '#modules/users/index.ts'
import { afterCommit, inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { counter } from '#platform/metrics/metrics.ts'
import type { Database } from '../../../database.ts'
import type { Principal } from '../access-token.ts'
import type { Client } from '../client.ts'
import type { AuthDeps } from '../deps.ts'
import type { LoginThrottle } from '../login/login-throttle.ts'
import type { PasswordCheck } from '../login/password-check.ts'
import { totpChangesTotal } from '../metrics.ts'
import { sendSecurityNotice } from '../notices/jobs.ts'
import { totpAlreadyEnabled, totpNotEnabled, wrongTotpCode } from '../problems.ts'
import type { CodeCheck } from './code-check.ts'
import {
  confirmTotp as confirmTotpRow,
  countRecoveryCodes,
  deleteTotp,
  replaceRecoveryCodes,
  selectTotp,
  upsertUnconfirmedTotp,
} from './queries.ts'
import { newRecoveryCodes } from './recovery-codes.ts'
import { newTotpSecret, totpUri } from './totp-codes.ts'

interface TotpDeps extends Pick<AuthDeps, 'db' | 'metrics' | 'now' | 'productName'> {
  readonly codeCheck: CodeCheck
  readonly loginThrottle: LoginThrottle
  readonly confirmPassword: PasswordCheck['confirmPassword']
}

type Proof = { readonly password: string; readonly code: string }

/** Switching the second factor on and off. */
export function createTotp(deps: TotpDeps) {
  const { db, now, codeCheck, loginThrottle, confirmPassword } = deps
  const countChange = counter(deps.metrics, totpChangesTotal)

  async function totpStatus({ userId }: Principal) {
    const totp = await selectTotp(db, userId)
    return { enabled: totp?.confirmed_at != null, recoveryCodesLeft: await countRecoveryCodes(db, userId) }
  }

  /** Makes a new secret. Nothing is asked for at login until `confirmTotp` has seen a code made with it. */
  async function enrollTotp(by: Principal, password: string, client: Client, actor: Actor) {
    const { email } = await confirmPassword(by, password, client)
    const secret = newTotpSecret()
    await changeAccount(by, async (tx, user, at) => {
      if (user.totp_enabled_at !== null) throw totpAlreadyEnabled()
      const encrypted = codeCheck.sealSecret(secret, user.id)
      await upsertUnconfirmedTotp(tx, { user_id: user.id, encrypted_secret: encrypted, created_at: at.toISOString() })
      await record(tx, 'auth.totp-enrollment-begun', user, actor, at)
    })
    return { secret, uri: totpUri(secret, { issuer: deps.productName, account: email }) }
  }

  /** Switches the second factor on and returns the recovery codes, which are never shown again. */
  async function confirmTotp(by: Principal, code: string, actor: Actor) {
    return changeAccount(by, async (tx, user, at) => {
      if (user.totp_enabled_at !== null) throw totpAlreadyEnabled()
      const totp = await selectTotp(tx, user.id)
      if (!totp) throw totpNotEnabled()
      if (!(await codeCheck.useTotp(tx, totp, code))) throw wrongTotpCode()
      const time = at.toISOString()
      await confirmTotpRow(tx, user.id, time)
      await updateUser(tx, user.id, { totp_enabled_at: time, updated_at: time })
      await record(tx, 'auth.totp-enabled', user, actor, at)
      await enqueue(tx, sendSecurityNotice, { userId: user.id, notice: 'totp-enabled', happenedAt: time }, at)
      afterCommit(() => countChange({ change: 'enabled' }))
      return renewRecoveryCodes(tx, user.id, time)
    })
  }

  /** Needs the password and a code of the app, or a recovery code. */
  async function disableTotp(by: Principal, proof: Proof, client: Client, actor: Actor): Promise<void> {
    await withProof(by, proof, client, (tx, user) => removeTotp(tx, user, 'auth.totp-disabled', actor))
  }

  /** Switches the second factor of a locked account off, in the caller's transaction. */
  async function removeTotp(
    tx: Kysely<Database>,
    user: UserRow,
    action: 'auth.totp-disabled' | 'auth.totp-reset',
    actor: Actor,
  ): Promise<void> {
    if (user.totp_enabled_at === null) throw totpNotEnabled()
    const at = now()
    const time = at.toISOString()
    await deleteTotp(tx, user.id)
    await updateUser(tx, user.id, { totp_enabled_at: null, updated_at: time })
    await record(tx, action, user, actor, at)
    await enqueue(tx, sendSecurityNotice, { userId: user.id, notice: 'totp-disabled', happenedAt: time }, at)
    afterCommit(() => countChange({ change: 'disabled' }))
  }

  /** Replaces all recovery codes, used or not. */
  async function replaceOwnRecoveryCodes(by: Principal, proof: Proof, client: Client, actor: Actor) {
    return withProof(by, proof, client, async (tx, user, at) => {
      await record(tx, 'auth.recovery-codes-replaced', user, actor, at)
      return renewRecoveryCodes(tx, user.id, at.toISOString())
    })
  }

  async function withProof<T>(
    by: Principal,
    { password, code }: Proof,
    client: Client,
    work: (tx: Kysely<Database>, user: UserRow, at: Date) => Promise<T>,
  ): Promise<T> {
    const account = await confirmPassword(by, password, client)
    await loginThrottle.admitCode(account, client.network)
    const result = await changeAccount(by, async (tx, user, at) => {
      if (user.totp_enabled_at === null) throw totpNotEnabled()
      if (!(await codeCheck.useCode(tx, user.id, code))) throw wrongTotpCode()
      return work(tx, user, at)
    })
    await loginThrottle.forgiveCodes(account)
    return result
  }

  /** One change of the account at a time. */
  function changeAccount<T>(
    { userId }: Principal,
    work: (tx: Kysely<Database>, user: UserRow, at: Date) => Promise<T>,
  ): Promise<T> {
    return inTransaction(db, async (tx) => {
      const user = await lockUser(tx, userId)
      if (!user) throw userNotFound({ userId })
      return work(tx, user, now())
    })
  }

  return { totpStatus, enrollTotp, confirmTotp, disableTotp, removeTotp, replaceOwnRecoveryCodes }
}

async function renewRecoveryCodes(tx: Kysely<Database>, userId: string, time: string) {
  const { codes, hashes } = newRecoveryCodes(userId)
  await replaceRecoveryCodes(tx, userId, hashes, time)
  return { recoveryCodes: codes }
}

async function record(
  tx: Kysely<Database>,
  action: `auth.${string}`,
  { id }: UserRow,
  actor: Actor,
  at: Date,
): Promise<void> {
  await recordAudit(tx, actor, { action, subjectType: 'user', subjectId: id }, at)
}
