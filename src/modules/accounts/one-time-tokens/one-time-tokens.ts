import { createHash, createHmac } from 'node:crypto'
import type { Kysely } from 'kysely'
import { deriveKey } from '#platform/secrets/derive-key.ts'
import type { Database } from '../../../database.ts'
import type { AccountsDeps } from '../deps.ts'
import { insertOneTimeToken, markTokenUsed, type OneTimeTokenRow, type Purpose, selectUsableToken } from './queries.ts'

const MINUTE_MS = 60_000
const lifeMinutes: Readonly<Record<Purpose, number>> = {
  'verify-email': 24 * 60,
  'reset-password': 30,
  invitation: 7 * 24 * 60,
}

export type OneTimeTokens = ReturnType<typeof createOneTimeTokens>

/**
 * The secrets in mailed links. Neither the database nor a job holds one: it is derived from its row's id and
 * SECRET_KEY when the mail is written, and compared by its hash.
 */
export function createOneTimeTokens({ secretKey, now, newId }: Pick<AccountsDeps, 'secretKey' | 'now' | 'newId'>) {
  const key = deriveKey(secretKey, 'one-time-token')

  /** 256 bits, for the link in a mail. */
  function tokenOf(id: string): string {
    return createHmac('sha256', key).update(id).digest('base64url')
  }

  /** Makes a token and returns its row's id; without an account it opens nothing. */
  async function issue(tx: Kysely<Database>, purpose: Purpose, userId: string | null): Promise<string> {
    const id = newId()
    const at = now()
    await insertOneTimeToken(tx, {
      id,
      purpose,
      user_id: userId,
      token_hash: hash(tokenOf(id)),
      created_at: at.toISOString(),
      expires_at: new Date(at.getTime() + lifeMinutes[purpose] * MINUTE_MS).toISOString(),
      used_at: null,
    })
    return id
  }

  /** The token's row while it can be used. */
  function find(db: Kysely<Database>, purpose: Purpose, token: string): Promise<OneTimeTokenRow | undefined> {
    return selectUsableToken(db, { purpose, hash: hash(token), at: now().toISOString() })
  }

  /** Uses the token up, for one caller even in a race; undefined for all others. */
  function use(tx: Kysely<Database>, purpose: Purpose, token: string): Promise<OneTimeTokenRow | undefined> {
    return markTokenUsed(tx, { purpose, hash: hash(token), at: now().toISOString() })
  }

  return { tokenOf, issue, find, use }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
