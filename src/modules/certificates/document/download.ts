import type { Readable } from 'node:stream'
import type { Principal } from '#modules/auth/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { ObjectMissing, StorageUnavailable } from '#platform/storage/storage.ts'
import { requireCertificateRight, requireNumber } from '../access.ts'
import type { CertificatesDeps } from '../deps.ts'
import { renderCertificate } from '../jobs.ts'
import {
  certificateNotFound,
  certificateRevoked,
  documentFailed,
  documentNotReady,
  documentUnavailable,
} from '../problems.ts'
import { type CertificateRow, markDocumentLost, selectByNumber } from '../queries.ts'
import { type DocumentStore, storageKeyOf } from './document-store.ts'

export interface StoredDocument {
  readonly row: CertificateRow
  readonly stream: Readable
  readonly sizeBytes: number
}

/** What the holder of a certificate and the staff of its course may take away. */
export function createDownload({ db, now }: CertificatesDeps, storage: DocumentStore) {
  /** The signed credential, which verifies without asking anybody. */
  async function readCredential(caller: Principal, number: string): Promise<CertificateRow> {
    return requireValid(caller, number)
  }

  /** The PDF. One that the storage has lost is made again; the caller is asked to come back. */
  async function openDocument(caller: Principal, number: string): Promise<StoredDocument> {
    const row = await requireValid(caller, number)
    if (row.document_state === 'failed') throw documentFailed({ reason: row.document_failure ?? '' })
    if (row.document_state === 'pending') throw documentNotReady()
    try {
      return { row, ...(await storage.get(storageKeyOf(row))) }
    } catch (error) {
      if (error instanceof StorageUnavailable) throw documentUnavailable(undefined, error)
      if (!(error instanceof ObjectMissing)) throw error
      await makeAgain(row)
      throw documentNotReady(undefined, error)
    }
  }

  /** However many notice the loss at once, one job follows. */
  async function makeAgain(row: CertificateRow): Promise<void> {
    await inTransaction(db, async (tx) => {
      if (await markDocumentLost(tx, row.id)) await enqueue(tx, renderCertificate, { certificateId: row.id }, now())
    })
  }

  async function requireValid(caller: Principal, number: string): Promise<CertificateRow> {
    const row = await selectByNumber(db, requireNumber(number))
    if (!row) throw certificateNotFound({ number })
    await requireCertificateRight(db, caller, row, 'see-roster', { holder: true })
    if (row.revoked_at !== null) throw certificateRevoked({ isReplaced: row.replaced_by !== null })
    return row
  }

  return { readCredential, openDocument }
}
