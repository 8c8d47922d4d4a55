import { createAuthoring } from './authoring.ts'
import { createPortable } from './banks/portable.ts'
import { createBanks } from './banks/service.ts'
import type { QuestionsDeps } from './deps.ts'
import { createReading } from './reading.ts'

export type Questions = ReturnType<typeof createQuestions>

/** All that staff can do with question banks and questions; each part is a file of its own. */
export function createQuestions(deps: QuestionsDeps) {
  return { ...createBanks(deps), ...createPortable(deps), ...createReading(deps), ...createAuthoring(deps) }
}
