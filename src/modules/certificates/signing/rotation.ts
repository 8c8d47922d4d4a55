import { type Actor, recordAudit } from '#modules/audit/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { CertificatesDeps } from '../deps.ts'
import type { KeySet } from '../schemas.ts'
import type { SigningKeys } from './keys.ts'

export function createKeyRotation({ db, now }: CertificatesDeps, keys: SigningKeys) {
  /** From now on a new key signs; the old ones stay published. Returns all of them. */
  async function rotateKey(actor: Actor): Promise<KeySet> {
    return inTransaction(db, async (tx) => {
      const keyId = await keys.rotate(tx)
      const entry = { action: 'certificate-key.rotated', subjectType: 'certificate-key', subjectId: keyId } as const
      await recordAudit(tx, actor, entry, now())
      return keys.publicKeys(tx)
    })
  }

  return { rotateKey, publicKeys: () => keys.publicKeys(db) }
}
