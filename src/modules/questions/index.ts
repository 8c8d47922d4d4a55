export { QuestionContentSchema } from './content.ts'
export { drawQuestions } from './drawing.ts'
export { answerFaults, type GradedAnswer, gradeAnswer, isGradedByHand } from './grading.ts'
export { bankNotFound, questionNotFound, versionNotFound } from './problems.ts'
export {
  selectDrawableIds,
  selectPresentVersions,
  selectVersionByNumber,
  selectVersionsById,
  type VersionOfQuestion,
} from './queries.ts'
export type { Answer, QuestionContent, QuestionTypeName } from './question-types/registry.ts'
export { questionRoutes } from './routes.ts'
export { createQuestions, type Questions } from './service.ts'
export {
  forReview,
  forStudent,
  type QuestionReview,
  QuestionSolution,
  type ShownVersion,
  StudentQuestion,
} from './showing.ts'
export type { QuestionsDatabase } from './tables.ts'
