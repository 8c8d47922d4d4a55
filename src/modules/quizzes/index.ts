export { createQuizDeadlines } from './deadline-source.ts'
export { observeQuizzes } from './gauges.ts'
export { createQuizHandlers, sweepRecurs } from './handlers.ts'
export { recordGrades, regradeAttempts, sendResult, submitOverdue } from './jobs.ts'
export {
  answerSaveFailuresTotal,
  answersSavedTotal,
  answersSupersededTotal,
  attemptsAwaitingGrading,
  attemptsGradedTotal,
  attemptsOpen,
  attemptsStartedTotal,
  attemptsSubmittedTotal,
  gradingOldestSeconds,
  sweepLagSeconds,
} from './metrics.ts'
export { quizRoutes } from './routes.ts'
export { createQuizzes, type Quizzes } from './service.ts'
export type { QuizzesDatabase } from './tables.ts'
