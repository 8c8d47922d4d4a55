import { bodyTooLarge, invalidRequest, overloaded } from '#platform/http/problems.ts'
import { counter, gauge } from '#platform/metrics/metrics.ts'
import { Problem } from '#platform/problem/problem.ts'
import type { FileDeps } from '../deps.ts'
import { mediaTypeOf } from '../media/media-types.ts'
import { type UploadOutcome, uploadBytesTotal, uploadsRunning, uploadsTotal } from '../metrics.ts'
import {
  formUnreadable,
  quotaExceeded,
  storageFull,
  storageUnavailable,
  tooManyUploads,
  typeRefused,
} from '../problems.ts'
import type { FileRow } from '../queries.ts'
import { createSlots } from './slots.ts'

const PER_ACCOUNT = 3
const PER_PROCESS = 40

/** Lets in as many uploads as may run, and counts how each ends. */
export function createReception({ metrics }: Pick<FileDeps, 'metrics'>) {
  const count = counter(metrics, uploadsTotal)
  const countBytes = counter(metrics, uploadBytesTotal)
  const setRunning = gauge(metrics, uploadsRunning)
  const inSlot = createSlots({ perAccount: PER_ACCOUNT, perProcess: PER_PROCESS }, (running) => setRunning({}, running))

  /** Runs `store` for this account; refuses at once when too many run. */
  async function receive(accountId: string, isCutOff: () => boolean, store: () => Promise<FileRow>): Promise<FileRow> {
    try {
      const file = await inSlot(accountId, store)
      count({ outcome: 'stored' })
      countBytes({ kind: mediaTypeOf(file.media_type).kind }, file.size_bytes)
      return file
    } catch (error) {
      count({ outcome: isCutOff() ? 'aborted' : outcomeOf(error) })
      throw error
    }
  }

  return { receive }
}

const outcomeByCode: Readonly<Record<string, UploadOutcome>> = {
  [invalidRequest.code]: 'invalid',
  [formUnreadable.code]: 'invalid',
  [bodyTooLarge.code]: 'too-large',
  [typeRefused.code]: 'type-refused',
  [quotaExceeded.code]: 'quota-exceeded',
  [tooManyUploads.code]: 'throttled',
  [overloaded.code]: 'throttled',
  [storageFull.code]: 'storage-full',
  [storageUnavailable.code]: 'storage-unavailable',
}

function outcomeOf(error: unknown): UploadOutcome {
  if (!(error instanceof Problem)) return 'failed'
  const isForbidden = error.status === 403 || error.status === 404
  return outcomeByCode[error.code] ?? (isForbidden ? 'forbidden' : 'failed')
}
