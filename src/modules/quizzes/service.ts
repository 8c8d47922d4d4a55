import { createAnalysing } from './analysis/analysing.ts'
import { createLayouts } from './answers/layouts.ts'
import { createSaving } from './answers/saving.ts'
import { createHandingIn } from './attempts/handing-in.ts'
import { createQuestionVersions } from './attempts/question-versions.ts'
import { createAttemptReading } from './attempts/reading.ts'
import { createReopening } from './attempts/reopening.ts'
import { createStarting } from './attempts/starting.ts'
import { createSubmitting } from './attempts/submitting.ts'
import type { QuizzesDeps } from './deps.ts'
import { createHandGrading } from './grading/hand-grading.ts'
import { createAuthoring } from './quiz/authoring.ts'
import { createGranting } from './quiz/granting.ts'
import { createQuizReading } from './quiz/reading.ts'
import { createApplying } from './regrading/applying.ts'
import { createRegrading } from './regrading/regrading.ts'

export type Quizzes = ReturnType<typeof createQuizzes>

/** All that can be done with quizzes; each part is a file of its own. */
export function createQuizzes(deps: QuizzesDeps) {
  const versions = createQuestionVersions()
  const layouts = createLayouts()
  const submitting = createSubmitting(deps, versions)
  return {
    ...createAuthoring(deps),
    ...createQuizReading(deps),
    ...createGranting(deps),
    ...createStarting(deps, versions, layouts, submitting),
    ...createSaving(deps, layouts, versions),
    ...createHandingIn(deps, submitting),
    ...createAttemptReading(deps, versions, submitting),
    ...createReopening(deps, submitting),
    ...createHandGrading(deps, versions, submitting),
    ...createRegrading(deps, versions),
    ...createAnalysing(deps, versions),
    ...createApplying(deps, versions, submitting),
  }
}
