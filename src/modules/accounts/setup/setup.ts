import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { type Actor, recordAudit, system } from '#modules/audit/index.ts'
import { selectHasAdministrator, toUser, type User } from '#modules/users/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { Database } from '../../../database.ts'
import type { AccountsDeps } from '../deps.ts'
import type { CountAccountEvent } from '../events.ts'
import { insertAccount } from '../new-account.ts'
import { setupNotPossible } from '../problems.ts'
import { insertSetupToken, selectIsUsableSetupToken, useSetupToken, voidSetupToken } from './queries.ts'
import type { SetupBody } from './schemas.ts'

interface SetupDeps extends Pick<AccountsDeps, 'db' | 'now' | 'newId' | 'passwords'> {
  readonly countEvent: CountAccountEvent
}

export type NewAdministrator = Pick<SetupBody, 'email' | 'fullName' | 'password'>

/** How the first administrator comes to be: with a token that only the operator has seen, or on the command line. */
export function createSetup({ db, now, newId, passwords, countEvent }: SetupDeps) {
  /**
   * Makes the setup token at the first start without an administrator and returns it, for one caller, once: the
   * database keeps its hash only. Null ever after.
   */
  async function ensureSetupToken(): Promise<string | null> {
    if (await selectHasAdministrator(db)) return null
    const token = randomBytes(24).toString('base64url')
    const isMade = await insertSetupToken(db, { token_hash: hash(token), created_at: now().toISOString() })
    return isMade ? token : null
  }

  /** Makes the first administrator, exactly once, for whoever has the token. */
  async function setUp({ setupToken, ...input }: SetupBody, actor: Actor): Promise<User> {
    const tokenHash = hash(setupToken)
    // Before the hash of the password is computed, which costs the server more than the client.
    if (!(await selectIsUsableSetupToken(db, tokenHash))) throw setupNotPossible()
    const passwordHash = await passwords.hashPassword(input.password)
    return inTransaction(db, async (tx) => {
      const isOurs = await useSetupToken(tx, tokenHash, now().toISOString())
      if (!isOurs || (await selectHasAdministrator(tx))) throw setupNotPossible()
      return insertAdministrator(tx, input, passwordHash, actor)
    })
  }

  /** For the operator on the command line: an administrator at any time, after which no setup token works. */
  async function createAdministrator(input: NewAdministrator): Promise<User> {
    const passwordHash = await passwords.hashPassword(input.password)
    return inTransaction(db, async (tx) => {
      await voidSetupToken(tx, now().toISOString())
      return insertAdministrator(tx, input, passwordHash, system)
    })
  }

  async function insertAdministrator(
    tx: Kysely<Database>,
    { email, fullName }: NewAdministrator,
    passwordHash: string,
    actor: Actor,
  ): Promise<User> {
    const at = now()
    const account = { id: newId(), email, fullName, role: 'administrator', status: 'active', passwordHash } as const
    const user = await insertAccount(tx, { ...account, emailVerifiedAt: null }, at)
    const by = actor === system ? system : { ...actor, userId: user.id }
    await recordAudit(tx, by, { action: 'user.administrator-set-up', subjectType: 'user', subjectId: user.id }, at)
    countEvent('administrator-set-up')
    return toUser(user)
  }

  return { ensureSetupToken, setUp, createAdministrator }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
