import { defineCounter, defineGauge } from '#platform/metrics/metrics.ts'
import { mediaKinds } from './media/media-types.ts'

export const uploadOutcomes = [
  'stored',
  'invalid',
  'forbidden',
  'too-large',
  'type-refused',
  'quota-exceeded',
  'throttled',
  'aborted',
  'storage-full',
  'storage-unavailable',
  'failed',
] as const
export type UploadOutcome = (typeof uploadOutcomes)[number]

export const uploadsTotal = defineCounter({
  name: 'lms_files_uploads_total',
  help: 'Uploads that ended, by outcome.',
  labels: { outcome: uploadOutcomes },
})

export const uploadBytesTotal = defineCounter({
  name: 'lms_files_upload_bytes_total',
  help: 'Bytes of files that were stored, by kind.',
  labels: { kind: mediaKinds },
})

export const uploadsRunning = defineGauge({
  name: 'lms_files_uploads_running',
  help: 'Uploads that this process receives at the moment.',
  labels: {},
})

export const downloadsTotal = defineCounter({
  name: 'lms_files_downloads_total',
  help: 'Contents sent by this process (not by Azure itself), by outcome.',
  labels: { outcome: ['whole', 'part', 'not-modified', 'aborted'] },
})

export const downloadBytesTotal = defineCounter({
  name: 'lms_files_download_bytes_total',
  help: 'Bytes of contents that this process sent to their end.',
  labels: {},
})

export const objectsRemovedTotal = defineCounter({
  name: 'lms_files_objects_removed_total',
  help: 'Objects taken out of the storage: of deleted files, and such as no file refers to.',
  labels: { reason: ['deleted', 'orphaned'] },
})
