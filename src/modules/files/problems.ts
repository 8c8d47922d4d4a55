import { defineProblem } from '#platform/problem/problem.ts'

export const fileNotFound = defineProblem<{ fileId: string }>({
  code: 'files/not-found',
  status: 404,
  title: 'File not found',
  advice: 'Check the id. Files of a course are shown to its staff, and to its students as far as lessons use them.',
  detail: ({ fileId }) => `There is no file ${fileId}.`,
})

export const linkNotValid = defineProblem({
  code: 'files/link-not-valid',
  status: 404,
  title: 'Link not valid',
  advice: 'Ask for a new link to the file; links are valid for a quarter of an hour.',
  detail: () => 'This link has expired, or never was one.',
})

export const formUnreadable = defineProblem<{ reason: string }>({
  code: 'files/form-unreadable',
  status: 400,
  title: 'Form cannot be read',
  advice: 'Send `multipart/form-data` with the file in the part `file`, whole, and `courseId`, if any, before it.',
  detail: ({ reason }) => `The form cannot be read: ${reason}.`,
})

export const typeRefused = defineProblem<{ found: string | undefined; accepted: readonly string[] }>({
  code: 'files/type-refused',
  status: 415,
  title: 'Type of file not accepted',
  advice:
    'Upload one of the types in `accepted`. The content decides, not the name: convert the file, or put it into a ZIP archive.',
  detail: ({ found }) => `Files of this type are not accepted (by its content it is ${found ?? 'of no known type'}).`,
  extensions: ({ found, accepted }) => ({ found: found ?? null, accepted }),
})

export const quotaExceeded = defineProblem<{ quotaBytes: number }>({
  code: 'files/quota-exceeded',
  status: 409,
  title: 'No room left for your files',
  advice: 'Delete files that you no longer need; `quotaBytes` is what files without a course may take all together.',
  detail: ({ quotaBytes }) => `Your files may take ${quotaBytes} bytes; with this one they would take more.`,
  extensions: ({ quotaBytes }) => ({ quotaBytes }),
})

export const fileInUse = defineProblem<{ lessonIds: readonly string[] }>({
  code: 'files/in-use',
  status: 409,
  title: 'File in use',
  advice: 'Take the file out of the lessons named in `lessonIds` first; what was handed in or given as feedback stays.',
  detail: ({ lessonIds }) => `${lessonIds.length} lesson(s) use this file.`,
  extensions: ({ lessonIds }) => ({ lessonIds }),
})

export const tooManyUploads = defineProblem<{ limit: number }>({
  code: 'files/too-many-uploads',
  status: 429,
  title: 'Too many uploads at once',
  advice: 'Wait for one of your running uploads to end; `limit` may run at the same time.',
  detail: ({ limit }) => `${limit} of your uploads are running already.`,
  extensions: ({ limit }) => ({ limit }),
  headers: () => ({ 'retry-after': '5' }),
})

export const rangeNotSatisfiable = defineProblem<{ sizeBytes: number }>({
  code: 'files/range-not-satisfiable',
  status: 416,
  title: 'Range outside the file',
  advice: 'Ask for bytes that the file has; `sizeBytes` is its size.',
  detail: ({ sizeBytes }) => `The file has ${sizeBytes} bytes, and none of them is in the range.`,
  extensions: ({ sizeBytes }) => ({ sizeBytes }),
  headers: ({ sizeBytes }) => ({ 'content-range': `bytes */${sizeBytes}` }),
})

export const contentLost = defineProblem<{ fileId: string }>({
  code: 'files/content-lost',
  status: 410,
  title: 'Content lost',
  advice: 'Ask the owner to upload the file again. Operators: restore the storage from its backup.',
  detail: ({ fileId }) => `The storage no longer has the content of the file ${fileId}.`,
})

export const storageFull = defineProblem({
  code: 'files/storage-full',
  status: 507,
  title: 'Storage full',
  advice: 'Try again later. Operators: make room, or lower UPLOAD_DISK_RESERVE_MEGABYTES.',
  detail: () => 'There is no room for the file.',
})

export const storageUnavailable = defineProblem({
  code: 'files/storage-unavailable',
  status: 503,
  title: 'Storage unavailable',
  advice: 'Try again after the time in Retry-After (seconds). Nothing of this request was stored.',
  detail: () => 'The storage of files does not answer at the moment.',
  headers: () => ({ 'retry-after': '10' }),
})
