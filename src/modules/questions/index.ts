export { drawQuestions } from './drawing.ts'
export { answerFaults, type GradedAnswer, gradeAnswer, isGradedByHand } from './grading.ts'
export type { Answer, QuestionContent, QuestionTypeName } from './question-types/registry.ts'
export {
  forReview,
  forStudent,
  type QuestionReview,
  QuestionSolution,
  type ShownVersion,
  StudentQuestion,
} from './showing.ts'
