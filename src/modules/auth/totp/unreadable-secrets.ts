import type { Kysely } from 'kysely'
import type { Database } from '../../../database.ts'
import { createTotpBox } from './totp-box.ts'

/** Opening one costs microseconds; more of them would tell nothing new. */
const LOOKED_AT = 1000

/** How many of the stored TOTP secrets (the newest thousand) there are, and how many `secretKey` does not open. */
export async function countUnreadableTotpSecrets(
  db: Kysely<Database>,
  secretKey: string,
): Promise<{ sealed: number; unreadable: number }> {
  const box = createTotpBox(secretKey)
  const rows = await db
    .selectFrom('totp_secret')
    .select(['user_id', 'encrypted_secret'])
    .orderBy('created_at', 'desc')
    .limit(LOOKED_AT)
    .execute()
  const opens = ({ user_id, encrypted_secret }: (typeof rows)[number]) => {
    try {
      box.open(encrypted_secret, user_id)
      return true
    } catch {
      return false
    }
  }
  return { sealed: rows.length, unreadable: rows.filter((row) => !opens(row)).length }
}
