import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { inTransaction } from '#platform/database/transaction.ts'
import type { JobContext } from '#platform/jobs/job.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { counter, histogram } from '#platform/metrics/metrics.ts'
import { ObjectMissing } from '#platform/storage/storage.ts'
import type { Coverage } from '#platform/typesetting/coverage.ts'
import type { CertificatesDeps } from '../deps.ts'
import { textOf } from '../issuing/content.ts'
import { announceCertificate } from '../jobs.ts'
import { certificateRenderFailuresTotal, certificateRenderSeconds } from '../metrics.ts'
import { type CertificateRow, selectCertificate, updateCertificate } from '../queries.ts'
import { type DocumentStore, storageKeyOf } from './document-store.ts'
import { typesetCertificate } from './typeset.ts'

const MAX_BYTES = 20 * 1024 * 1024

type Context = Pick<JobContext, 'signal' | 'finish'>

/** Makes and stores the documents, for the job that does so. */
export function createRendering(
  { db, typesetter, metrics, now }: CertificatesDeps,
  storage: DocumentStore,
  missingCharacters: Coverage,
) {
  const observe = histogram(metrics, certificateRenderSeconds)
  const countFailure = counter(metrics, certificateRenderFailuresTotal)

  /** Makes the document unless it is there. Its holder is told of the first one, in the same commit. */
  async function render(certificateId: string, context: Context): Promise<void> {
    const row = await selectCertificate(db, certificateId)
    if (!row || row.revoked_at !== null || (await isStored(row))) return
    const missing = missingCharacters(textOf(row.content))
    if (missing.length > 0) return fail(row, missing, context)
    const pdf = await typeset(row)
    await store(row, pdf, context.signal)
    await inTransaction(db, async (tx) => {
      await updateCertificate(tx, row.id, {
        document_state: 'ready',
        document_sha256: createHash('sha256').update(pdf).digest('hex'),
        document_made_at: now().toISOString(),
      })
      if (row.document_made_at === null) await enqueue(tx, announceCertificate, { certificateId }, now())
      await context.finish(tx)
    })
  }

  async function typeset(row: CertificateRow): Promise<Uint8Array> {
    const began = performance.now()
    try {
      return await typesetCertificate(typesetter, row)
    } catch (error) {
      countFailure({ reason: 'typesetting' })
      throw error
    } finally {
      observe({}, (performance.now() - began) / 1000)
    }
  }

  async function store(row: CertificateRow, pdf: Uint8Array, signal: AbortSignal): Promise<void> {
    const options = { maxBytes: MAX_BYTES, contentType: 'application/pdf', signal }
    try {
      await storage.put(storageKeyOf(row), Readable.from([pdf]), options)
    } catch (error) {
      countFailure({ reason: 'storage' })
      throw error
    }
  }

  /** A name of empty boxes would be worse than none: the certificate counts without a document. */
  async function fail(row: CertificateRow, missing: readonly string[], { finish }: Context): Promise<void> {
    const document_failure = `No font has these characters: ${missing.join(' ')}`
    await inTransaction(db, async (tx) => {
      await updateCertificate(tx, row.id, { document_state: 'failed', document_failure })
      await finish(tx)
    })
    countFailure({ reason: 'characters' })
  }

  async function isStored(row: CertificateRow): Promise<boolean> {
    if (row.document_state !== 'ready') return false
    try {
      await storage.stat(storageKeyOf(row))
      return true
    } catch (error) {
      if (error instanceof ObjectMissing) return false
      throw error
    }
  }

  return { render }
}
