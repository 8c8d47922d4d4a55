import { createLinks } from './content/links.ts'
import { createSending } from './content/send.ts'
import { createDeletion } from './deletion.ts'
import type { FileDeps } from './deps.ts'
import { createReading } from './reading.ts'
import { createReception } from './upload/reception.ts'
import { createUploads } from './upload/service.ts'

export type Files = ReturnType<typeof createFiles>

/** All that can be done with files; each part is a file of its own. */
export function createFiles(deps: FileDeps) {
  return {
    limits: deps.limits,
    ...createReception(deps),
    ...createUploads(deps),
    ...createReading(deps),
    ...createLinks(deps),
    ...createSending(deps),
    ...createDeletion(deps),
  }
}
